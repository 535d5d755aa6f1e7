use std::time::Duration;

/// Why a provider did not do what it was asked. Texts carry no secret and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The customer's bank says no. Asking again changes nothing; the customer may pay in another way.
    #[error("the payment was declined: {code}")]
    Declined { code: String },
    /// Nothing was done.
    #[error("the provider is asked too often")]
    RateLimited {
        /// How long the provider wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// No usable answer: whether the provider acted is not known. The same call made later finds out.
    #[error("the provider is not available: {detail}")]
    Unavailable { detail: String },
    /// The provider understood and refuses: a mistake of ours, in code or settings. Asking again changes nothing.
    #[error("the provider refused: {code}: {message}")]
    Rejected { code: String, message: String },
}

impl PaymentError {
    /// Whether the same call may succeed later. It was already tried three times, for seconds: leave the message on its
    /// queue, or answer 503.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. })
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into() }
    }
}

/// Why a webhook is not believed. All of them mean 400 and no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRejected {
    #[error("the signature header is missing")]
    MissingSignature,
    #[error("the signature header cannot be read")]
    MalformedSignature,
    #[error("no secret of ours makes this signature")]
    WrongSignature,
    #[error("the signature is from {age_seconds} s ago, further from now than is tolerated")]
    WrongTime { age_seconds: i64 },
    /// It is signed, and yet not an event: the provider has changed its format, or a secret has leaked.
    #[error("the signed body is not an event")]
    MalformedBody,
}
