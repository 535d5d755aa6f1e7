/// Why there is no estimate, no model or no calibration.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EtaError {
    #[error("{field} must be from {least} to {most}, and is {found}")]
    OutOfRange { field: &'static str, least: f64, most: f64, found: f64 },
    #[error("{needed} usable delivery records are needed, and there are {found}")]
    TooFewRecords { needed: usize, found: usize },
    #[error("these are not the bytes of what was asked for: {0}")]
    Corrupt(&'static str),
}
