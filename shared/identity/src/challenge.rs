//! A challenge that programs find harder than people: the page solves it with a service, and the service tells us whether that
//! was so. The protocol (`siteverify`) is the one that Cloudflare Turnstile, hCaptcha and reCAPTCHA share
//! (<https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use sipstr_http::Problem;
use sipstr_outside::Lazy;

/// The header in which a page sends what it was given.
pub const HEADER: &str = "challenge-response";

const PATIENCE: Duration = Duration::from_secs(2);

/// A response is a few hundred characters; the services allow 2,048.
const MOST: usize = 2_048;

/// The service that knows whether a challenge was solved, or none.
#[derive(Clone, Default)]
pub struct Challenges(Option<Arc<Service>>);

struct Service {
    http: Lazy,
    url: String,
    secret: String,
}

#[derive(Deserialize)]
struct Verdict {
    success: bool,
}

impl Challenges {
    /// None where the address is empty.
    pub fn new(url: &str, secret: &str) -> Self {
        let service = Service { http: Lazy::new(PATIENCE, PATIENCE), url: url.to_owned(), secret: secret.to_owned() };
        Self((!url.is_empty()).then(|| Arc::new(service)))
    }

    /// Refuses who brings no solution, or a wrong one. A service that does not answer refuses nobody: the limits still count.
    async fn check(&self, response: Option<&str>) -> Result<(), Problem> {
        let Some(service) = &self.0 else { return Ok(()) };
        let refused = |code, detail: &str| Err(Problem::new(StatusCode::FORBIDDEN, code, detail));
        let Some(response) = response.filter(|text| !text.is_empty() && text.len() <= MOST) else {
            return refused("challenge_required", "please solve the challenge of the page first");
        };
        let http = service.http.get();
        let form = [("secret", service.secret.as_str()), ("response", response)];
        let asked = http.post(&service.url).form(&form).send().await.and_then(reqwest::Response::error_for_status);
        let verdict = match asked {
            Ok(answer) => answer.json::<Verdict>().await,
            Err(error) => Err(error),
        };
        match verdict {
            Ok(Verdict { success: true }) => Ok(()),
            Ok(Verdict { success: false }) => {
                sipstr_runtime::count("challenges_failed", 1);
                refused("challenge_failed", "the challenge was not solved, or its solution was used before")
            }
            Err(error) => {
                tracing::warn!(cause = %error.without_url(), "the challenge service does not answer");
                sipstr_runtime::count("challenges_unchecked", 1);
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Challenges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Challenges({})", self.0.as_ref().map_or("none", |service| &service.url))
    }
}

/// Somebody who solved a challenge, where one is asked for; else 403 `challenge_required` or `challenge_failed`.
#[derive(Debug, Clone, Copy)]
pub struct Challenged;

impl<S> FromRequestParts<S> for Challenged
where
    S: Send + Sync,
    Challenges: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let response = parts.headers.get(HEADER).and_then(|value| value.to_str().ok());
        Challenges::from_ref(state).check(response).await.map(|()| Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use wiremock::matchers::{body_string, method};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    async fn asked(challenges: &Challenges, response: Option<&str>) -> Option<&'static str> {
        let mut request = Request::builder().uri("/v1/auth/register");
        if let Some(response) = response {
            request = request.header(HEADER, response);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        Challenged::from_request_parts(&mut parts, challenges).await.err().map(|problem| problem.code)
    }

    #[tokio::test]
    async fn only_a_solution_that_the_service_knows_lets_in() {
        let service = MockServer::start().await;
        let answer = |success| ResponseTemplate::new(200).set_body_json(serde_json::json!({"success": success}));
        Mock::given(method("POST"))
            .and(body_string("secret=s3cret&response=solved"))
            .respond_with(answer(true))
            .mount(&service)
            .await;
        Mock::given(method("POST")).respond_with(answer(false)).with_priority(9).mount(&service).await;
        let challenges = Challenges::new(&service.uri(), "s3cret");
        assert_eq!(asked(&challenges, Some("solved")).await, None);
        assert_eq!(asked(&challenges, Some("guessed")).await, Some("challenge_failed"));
        for nothing in [None, Some(""), Some(&*"x".repeat(MOST + 1))] {
            assert_eq!(asked(&challenges, nothing).await, Some("challenge_required"));
        }
        assert!(!format!("{challenges:?}").contains("s3cret"));
    }

    #[tokio::test]
    async fn where_none_is_asked_for_or_the_service_is_silent_nobody_is_refused() {
        assert_eq!(asked(&Challenges::default(), None).await, None);
        let service = MockServer::start().await;
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(503)).mount(&service).await;
        assert_eq!(asked(&Challenges::new(&service.uri(), "s3cret"), Some("solved")).await, None);
    }
}
