use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database did not answer, or asked for patience; the same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database refused the call: a defect of ours.
    #[error("the database refused: {0}")]
    Refused(String),
    /// An item is not what this version of the code can read.
    #[error("an item cannot be read: {0}")]
    Corrupt(#[from] serde_dynamo::Error),
    /// Others kept changing the same item; bounded tries were used up.
    #[error("too many others changed {0} at once")]
    Contended(&'static str),
    /// What was to be written makes no entry of the books.
    #[error("not an entry of the books: {0}")]
    Unbookable(#[from] sipstr_domain::books::BookError),
    /// Something that was written together with what was found is not there: a loss of data, or another stack's.
    #[error("{0} should be there and is not")]
    Missing(&'static str),
}

impl StorageError {
    /// Whether the caller may be told to come back.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Contended(_))
    }
}

impl<E, R> From<SdkError<E, R>> for StorageError
where
    E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    fn from(error: SdkError<E, R>) -> Self {
        const PATIENCE: [&str; 7] = [
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ThrottlingException",
            "InternalServerError",
            // A single write that met a transaction on its item.
            "TransactionConflictException",
            "TransactionInProgressException",
            "ServiceUnavailable",
        ];
        let code = error.as_service_error().and_then(|e| e.code()).unwrap_or_default();
        let text = format!("{}", DisplayErrorContext(&error));
        match &error {
            SdkError::ServiceError(_) if !PATIENCE.contains(&code) => Self::Refused(text),
            _ => Self::Unavailable(text),
        }
    }
}

/// Whether a single conditional write came too late: its condition failed, or it met a transaction on its item.
pub(crate) fn overtaken<E: aws_sdk_dynamodb::error::ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    const LATE: [&str; 2] = ["ConditionalCheckFailedException", "TransactionConflictException"];
    error.as_service_error().and_then(|e| e.code()).is_some_and(|code| LATE.contains(&code))
}
