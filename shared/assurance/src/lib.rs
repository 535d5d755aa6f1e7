//! Whether a person is as old as they told, by the word of somebody who looked at their document.
//!
//! Only the outcome is for keeping. What a verifier saw (the document, the face, the day of birth) stays with it, and it is told
//! to forget that as soon as the outcome is known.

mod stripe;

use futures::future::BoxFuture;
use jiff::civil::Date;
use sipstr_domain::UserId;

pub use stripe::StripeIdentity;

/// Somebody who looks at documents.
pub trait AgeVerifier: Send + Sync + std::fmt::Debug {
    /// Opens a check of a person, who is sent to its address and comes back to `return_to`. The same key opens it once.
    fn start<'a>(
        &'a self,
        user: &'a UserId,
        key: &'a str,
        return_to: &'a str,
    ) -> BoxFuture<'a, Result<Check, VerifierError>>;

    /// What came of a check.
    fn outcome<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Outcome, VerifierError>>;

    /// Has the verifier forget what it saw. Saying it twice does nothing more.
    fn redact<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<(), VerifierError>>;
}

/// A check that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The verifier's name for it.
    pub reference: String,
    /// Where the person shows the document. It is theirs alone.
    pub url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The person has not finished, or the verifier has not.
    Open,
    Verified {
        born: Date,
    },
    /// The document was not good, or not theirs.
    Refused,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    #[error("the verifier cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    #[error("the verifier answered {0}")]
    Answered(http::StatusCode),
    #[error("the verifier's answer makes no sense: {0}")]
    Unreadable(&'static str),
}
