//! What goes to providers and comes back: bounded in time and size, and only where it may go.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use sipstr_outside::{Guarded, Reach, body_of};

use super::NotVouched;

const CONNECT: Duration = Duration::from_secs(2);
const IN_ALL: Duration = Duration::from_secs(4);

/// Larger than any key set or token answer that is one.
const MOST_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub struct Calls(pub Guarded);

impl Calls {
    pub fn new(reach: Reach) -> Self {
        Self(Guarded::new(CONNECT, IN_ALL, reach))
    }

    pub async fn get_json<T: DeserializeOwned>(&self, url: &str) -> Result<T, NotVouched> {
        json(send(self.0.get(url)?).await?).await
    }
}

/// Sends; an answer that says no is a refusal, one that says that something broke is none.
pub async fn send(request: RequestBuilder) -> Result<Response, NotVouched> {
    let response = request.header("accept", "application/json").send().await?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status if status.is_client_error() && status.as_u16() != 429 => {
            Err(NotVouched::Refused("the provider says no"))
        }
        status => Err(NotVouched::Unreachable(format!("status {status}"))),
    }
}

pub async fn json<T: DeserializeOwned>(response: Response) -> Result<T, NotVouched> {
    let bytes = body_of(response, MOST_BYTES).await?.ok_or(NotVouched::Refused("the answer is too long"))?;
    serde_json::from_slice(&bytes).map_err(|_| NotVouched::Refused("the answer is not what it should be"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    async fn asked(template: ResponseTemplate) -> Result<serde_json::Value, NotVouched> {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(template).expect(1).mount(&server).await;
        Calls::new(Reach::PublicAndLoopback).get_json(&server.uri()).await
    }

    #[tokio::test]
    async fn what_is_too_long_or_leads_elsewhere_is_no_answer() {
        assert!(asked(ResponseTemplate::new(200).set_body_string("{}")).await.is_ok());
        let long = format!("\"{}\"", "x".repeat(MOST_BYTES));
        assert!(matches!(asked(ResponseTemplate::new(200).set_body_string(long)).await, Err(NotVouched::Refused(_))));
        let elsewhere = ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/");
        assert!(matches!(asked(elsewhere).await, Err(NotVouched::Unreachable(_))));
        assert!(matches!(asked(ResponseTemplate::new(400)).await, Err(NotVouched::Refused(_))));
        assert!(matches!(asked(ResponseTemplate::new(503)).await, Err(NotVouched::Unreachable(_))));
    }
}
