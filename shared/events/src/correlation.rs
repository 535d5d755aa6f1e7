//! The thread that ties a request to everything it caused: set from a request or a message, written with each item,
//! and read back from the stream into the events.

use std::future::Future;

tokio::task_local! {
    static CORRELATION_ID: String;
}

/// Runs `work` under this correlation id.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    CORRELATION_ID.scope(id, work).await
}

/// The id of the work under way; empty outside of any.
pub fn current() -> String {
    CORRELATION_ID.try_with(Clone::clone).unwrap_or_default()
}
