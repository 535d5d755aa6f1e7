//! Why a model is not fitted or not read, and which settings are nonsense.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RankingError {
    #[error("{0}")]
    Setting(&'static str),
    /// The dense matrix of the fit grows with the square of the products.
    #[error("{found} products; at most {max} are ranked together")]
    TooManyProducts { found: usize, max: usize },
    #[error("the matrix cannot be inverted: lambda is too small for these baskets")]
    Singular,
    #[error("this is no model of ours, or it is cut short")]
    Format,
    #[error("the model has format {found}; this build reads {expected}")]
    Version { found: u16, expected: u16 },
}
