//! Calls to Stripe's API: forms in, JSON out, few tries, typed refusals.

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};
use reqwest::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::StripeSettings;
use crate::{PaymentError, Secret};

/// The version that the types in `objects.rs` were written for. Webhooks come in the version of their endpoint, which
/// is to be created with this one.
const VERSION: &str = "2026-04-22.dahlia";

const TRIES: u32 = 3;

/// The longest wait that a provider may ask for and that is worth a function's time; longer ones are the caller's.
const PATIENCE: Duration = Duration::from_secs(3);

/// One request, sent as often as it takes.
#[derive(Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    form: Vec<(&'static str, String)>,
    key: Option<String>,
}

impl Call {
    pub fn get(path: String) -> Self {
        Self { method: Method::GET, path, form: Vec::new(), key: None }
    }

    pub fn post(path: String) -> Self {
        Self { method: Method::POST, ..Self::get(path) }
    }

    /// The idempotency key. A POST without one must be harmless to repeat.
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub fn field(mut self, name: &'static str, value: impl ToString) -> Self {
        self.form.push((name, value.to_string()));
        self
    }
}

pub(super) struct Client {
    http: reqwest::Client,
    api_key: Secret,
    settings: StripeSettings,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.settings.base_url).finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(api_key: Secret, settings: StripeSettings) -> Self {
        let http = sipstr_outside::client(settings.connect_timeout, settings.timeout);
        Self { http, api_key, settings }
    }

    pub async fn send<T: DeserializeOwned>(&self, call: &Call) -> Result<T, PaymentError> {
        Ok(self.send_noting_replay(call).await?.0)
    }

    /// The answer, and whether it is the stored one to an earlier request with the same idempotency key.
    pub async fn send_noting_replay<T: DeserializeOwned>(&self, call: &Call) -> Result<(T, bool), PaymentError> {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = self.wait_before_next(attempt, &error);
            tracing::warn!(path = call.path, attempt, %error, "Stripe did not do it");
            let Some(wait) = wait else { return Err(error) };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// How long to wait for the next try, where one makes sense.
    ///
    /// Sending again after no answer is safe: what makes something new has a key, and the rest can be said twice. A 500
    /// that Stripe has stored under the key comes back unchanged; the webhook or the reconciliation then tells the truth.
    fn wait_before_next(&self, attempt: u32, error: &PaymentError) -> Option<Duration> {
        if attempt >= TRIES || !error.is_retryable() {
            return None;
        }
        let backoff = self.settings.backoff * 2_u32.pow(attempt - 1);
        let jittered = backoff / 2 + (backoff / 2).mul_f64(fastrand::f64());
        match error {
            PaymentError::RateLimited { retry_after: Some(asked) } if *asked > PATIENCE => None,
            PaymentError::RateLimited { retry_after: Some(asked) } => Some(jittered.max(*asked)),
            _ => Some(jittered),
        }
    }

    async fn attempt<T: DeserializeOwned>(&self, call: &Call) -> Result<(T, bool), PaymentError> {
        let url = format!("{}{}", self.settings.base_url, call.path);
        let mut request = self
            .http
            .request(call.method.clone(), url)
            .bearer_auth(self.api_key.expose())
            .header("Stripe-Version", VERSION);
        if call.method == Method::POST {
            request = request.form(&call.form);
        }
        if let Some(key) = &call.key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request.send().await.map_err(unreachable)?;
        let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        let body = response.bytes().await.map_err(unreachable)?;
        let answer = serde_json::from_slice(&body)
            .map_err(|error| PaymentError::unavailable(format!("the answer cannot be read: {error}")))?;
        Ok((answer, replayed))
    }
}

/// TLS on Mozilla's roots, compiled in: reading the system's costs more than everything else in a cold start.
fn unreachable(error: reqwest::Error) -> PaymentError {
    let what = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "no connection",
        () => "the connection broke",
    };
    PaymentError::unavailable(what)
}

#[derive(Deserialize)]
struct Refusal {
    error: Reason,
}

/// <https://docs.stripe.com/api/errors>
#[derive(Deserialize, Default)]
struct Reason {
    r#type: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
}

async fn refusal(response: Response) -> PaymentError {
    let status = response.status();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response.bytes().await.unwrap_or_default();
    let reason = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error).unwrap_or_default();
    let code = reason.code.or(reason.r#type).unwrap_or_else(|| status.as_str().to_owned());
    match status {
        StatusCode::PAYMENT_REQUIRED => PaymentError::Declined { code: reason.decline_code.unwrap_or(code) },
        StatusCode::TOO_MANY_REQUESTS => {
            PaymentError::RateLimited { retry_after: retry_after.map(Duration::from_secs) }
        }
        // The same key is being worked on at this moment.
        StatusCode::CONFLICT => PaymentError::unavailable(code),
        status if status.is_server_error() => PaymentError::unavailable(format!("answered {}", status.as_u16())),
        // Stripe's text quotes a part of the key.
        StatusCode::UNAUTHORIZED => PaymentError::Rejected { code, message: "the API key is not accepted".to_owned() },
        _ => PaymentError::Rejected { code, message: reason.message.unwrap_or_default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_in_no_debug_output() {
        let client = Client::new(Secret::new("sk_test_canary"), StripeSettings::default());
        assert!(!format!("{client:?}").contains("canary"));
    }

    #[test]
    fn waits_grow_and_end() {
        let client = Client::new(Secret::new("sk_test"), StripeSettings::default());
        let down = PaymentError::unavailable("down");
        let first = client.wait_before_next(1, &down).unwrap();
        assert!((200..=400).contains(&first.as_millis()), "{first:?}");
        let second = client.wait_before_next(2, &down).unwrap();
        assert!((400..=800).contains(&second.as_millis()), "{second:?}");
        assert_eq!(client.wait_before_next(3, &down), None);
        let soon = PaymentError::RateLimited { retry_after: Some(Duration::from_secs(2)) };
        assert_eq!(client.wait_before_next(1, &soon), Some(Duration::from_secs(2)));
        let much_later = PaymentError::RateLimited { retry_after: Some(Duration::from_secs(60)) };
        assert_eq!(client.wait_before_next(1, &much_later), None);
        let declined = PaymentError::Declined { code: "generic_decline".into() };
        assert_eq!(client.wait_before_next(1, &declined), None);
    }
}
