//! Why a question is refused, and why a snapshot is not opened.

use std::io;

/// A question that is answered with a refusal rather than with products.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("the text has {found} characters; at most {max} are searched")]
    TextTooLong { found: usize, max: usize },
    #[error("limit must lie between 1 and {max}")]
    Limit { max: usize },
    #[error("offset must be at most {max}")]
    Offset { max: usize },
    #[error("a boost's factor must lie between 0.01 and 100")]
    BoostFactor,
    #[error("at most {max} {what} may be given")]
    TooMany { what: &'static str, max: usize },
    #[error("the bounds of a facet's bands must rise")]
    Bounds,
    /// The shelf was laid out for another snapshot, whose rows are other products.
    #[error("the shelf belongs to snapshot {shelf}, and this is snapshot {snapshot}")]
    StaleShelf { shelf: u64, snapshot: u64 },
    /// The index cannot be read although its checksums were right.
    #[error("the index cannot be read: {0}")]
    Index(String),
}

impl From<tantivy::TantivyError> for QueryError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error.to_string())
    }
}

impl From<io::Error> for QueryError {
    fn from(error: io::Error) -> Self {
        Self::Index(error.to_string())
    }
}

/// A snapshot that cannot be made, written or opened.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("{path}: {source}")]
    Io { path: String, source: io::Error },
    #[error("the manifest cannot be read: {0}")]
    Manifest(#[from] serde_json::Error),
    #[error("the snapshot has schema {found}; this build reads {expected}")]
    Schema { found: u32, expected: u32 },
    #[error("`{0}` is no name of a snapshot's file")]
    FileName(String),
    #[error("{0} is missing")]
    Missing(String),
    #[error("{0} is not what the manifest says")]
    Damaged(String),
    #[error("product {0} comes twice")]
    Duplicate(String),
    #[error("a catalogue has at most {max} products")]
    TooLarge { max: usize },
    #[error("line {line} of the synonyms: {why}")]
    Synonyms { line: usize, why: &'static str },
    #[error("index: {0}")]
    Index(#[from] tantivy::TantivyError),
}

impl SnapshotError {
    pub(crate) fn io(path: impl AsRef<std::path::Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().display().to_string();
        move |source| Self::Io { path, source }
    }
}
