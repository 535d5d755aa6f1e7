//! What every function is run by.
//!
//! A `main` reads: [`start`], the configuration from [`Env`], the clients from [`Aws`], then [`serve`] for HTTP,
//! [`consume`] for a queue of events, or [`run`] for anything else.

mod access;
mod aws;
mod clock;
mod env;
mod http;
mod limit;
mod queue;
mod secrets;
mod telemetry;
mod uploads;

pub use access::{Access, load_signer};
pub use aws::Aws;
pub use clock::Clock;
pub use env::{Env, EnvError};
pub use http::serve;
pub use limit::take;
pub use queue::{HandlerError, consume, handle_batch, handle_messages};
pub use secrets::{SecretError, Secrets};
pub use telemetry::{count, flush_metrics, record, start};
pub use uploads::uploads;

use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub type Error = lambda_runtime::Error;

/// Runs a function that takes any other payload than HTTP: streams, schedules, mixed sources.
pub async fn run<P, R, F, Fut>(handler: F) -> Result<(), Error>
where
    P: DeserializeOwned + 'static,
    R: Serialize + 'static,
    F: Fn(P) -> Fut,
    Fut: Future<Output = Result<R, Error>>,
{
    let handler = &handler;
    lambda_runtime::run(lambda_runtime::service_fn(move |event: LambdaEvent<P>| async move {
        let correlation_id = event.context.request_id.clone();
        let answer = sipstr_events::correlation::scope(correlation_id, Box::pin(handler(event.payload))).await;
        if let Err(error) = &answer {
            tracing::error!(cause = %error, "the invocation failed");
        }
        flush_metrics();
        answer
    }))
    .await
}
