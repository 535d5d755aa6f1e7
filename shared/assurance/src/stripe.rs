//! Stripe Identity: <https://docs.stripe.com/api/identity/verification_sessions>.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::civil::Date;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_outside::Lazy;

use crate::{AgeVerifier, Check, Outcome, VerifierError};

/// The version that the types here were written for.
const VERSION: &str = "2026-04-22.dahlia";

#[derive(Clone)]
pub struct StripeIdentity {
    http: Lazy,
    base_url: String,
    api_key: String,
}

#[derive(Deserialize)]
struct Session {
    id: String,
    status: Status,
    url: Option<String>,
    last_error: Option<LastError>,
    verified_outputs: Option<Outputs>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Status {
    RequiresInput,
    Processing,
    Verified,
    Canceled,
}

#[derive(Deserialize)]
struct LastError {
    code: Option<String>,
}

#[derive(Deserialize)]
struct Outputs {
    dob: Option<DateOfBirth>,
}

#[derive(Deserialize)]
struct DateOfBirth {
    year: i16,
    month: i8,
    day: i8,
}

impl StripeIdentity {
    pub fn new(base_url: &str, api_key: &str) -> Self {
        let http = Lazy::new(Duration::from_secs(1), Duration::from_secs(6));
        Self { http, base_url: base_url.trim_end_matches('/').to_owned(), api_key: api_key.to_owned() }
    }

    fn sessions(&self, rest: &str) -> String {
        format!("{}/v1/identity/verification_sessions{rest}", self.base_url)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Session, VerifierError> {
        let request = request.bearer_auth(&self.api_key).header("Stripe-Version", VERSION);
        let answer = request.send().await.map_err(VerifierError::Unreachable)?;
        if !answer.status().is_success() {
            return Err(VerifierError::Answered(answer.status()));
        }
        answer.json().await.map_err(VerifierError::Unreachable)
    }
}

impl AgeVerifier for StripeIdentity {
    fn start<'a>(
        &'a self,
        user: &'a UserId,
        key: &'a str,
        return_to: &'a str,
    ) -> BoxFuture<'a, Result<Check, VerifierError>> {
        let form = [
            ("type", "document"),
            ("options[document][require_matching_selfie]", "true"),
            ("metadata[user_id]", user.as_str()),
            ("return_url", return_to),
        ];
        let request = self.http.get().post(self.sessions("")).header("Idempotency-Key", key).form(&form);
        async move {
            let session = self.send(request).await?;
            let url = session.url.ok_or(VerifierError::Unreadable("there is no address for the person"))?;
            Ok(Check { reference: session.id, url })
        }
        .boxed()
    }

    fn outcome<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Outcome, VerifierError>> {
        let request =
            self.http.get().get(self.sessions(&format!("/{reference}"))).query(&[("expand[]", "verified_outputs.dob")]);
        async move { outcome_of(self.send(request).await?) }.boxed()
    }

    fn redact<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<(), VerifierError>> {
        let request = self.http.get().post(self.sessions(&format!("/{reference}/redact")));
        async move { self.send(request).await.map(|_| ()) }.boxed()
    }
}

fn outcome_of(session: Session) -> Result<Outcome, VerifierError> {
    Ok(match session.status {
        Status::RequiresInput if session.last_error.is_some_and(|error| error.code.is_some()) => Outcome::Refused,
        Status::RequiresInput | Status::Processing => Outcome::Open,
        Status::Canceled => Outcome::Refused,
        Status::Verified => {
            let dob = session.verified_outputs.and_then(|outputs| outputs.dob);
            let dob = dob.ok_or(VerifierError::Unreadable("the key may not read the day of birth"))?;
            let born = Date::new(dob.year, dob.month, dob.day);
            Outcome::Verified { born: born.map_err(|_| VerifierError::Unreadable("there is no such day"))? }
        }
    })
}

impl std::fmt::Debug for StripeIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StripeIdentity({})", self.base_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::{Value, json};
    use wiremock::matchers::{body_string_contains, header, method, path, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn session(status: &str, more: Value) -> Value {
        let mut session = json!({
            "id": "vs_1", "object": "identity.verification_session", "status": status, "type": "document",
            "url": "https://verify.stripe.com/start/test", "last_error": null, "verified_outputs": null,
        });
        session.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        session
    }

    #[tokio::test]
    async fn a_check_is_opened_with_a_selfie_and_a_key() {
        let stripe = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/v1/identity/verification_sessions"))
            .and(header("idempotency-key", "k"))
            .and(header("authorization", "Bearer sk_test"))
            .and(body_string_contains("options%5Bdocument%5D%5Brequire_matching_selfie%5D=true"))
            .respond_with(ResponseTemplate::new(200).set_body_json(session("requires_input", json!({}))))
            .expect(1)
            .mount(&stripe)
            .await;
        let verifier = StripeIdentity::new(&stripe.uri(), "sk_test");
        let check = verifier.start(&UserId::new(), "k", "https://www.sipstr.example/").await.unwrap();
        assert_eq!(check.reference, "vs_1");
        assert!(!format!("{verifier:?}").contains("sk_test"));
    }

    #[tokio::test]
    async fn each_state_of_a_session_is_an_outcome() {
        let states = [
            (session("requires_input", json!({})), Outcome::Open),
            (session("processing", json!({})), Outcome::Open),
            (session("requires_input", json!({"last_error": {"code": "document_expired"}})), Outcome::Refused),
            (session("canceled", json!({})), Outcome::Refused),
            (
                session("verified", json!({"verified_outputs": {"dob": {"year": 1990, "month": 5, "day": 17}}})),
                Outcome::Verified { born: date(1990, 5, 17) },
            ),
        ];
        for (answer, expected) in states {
            let stripe = MockServer::start().await;
            Mock::given(method("GET"))
                .and(query_param("expand[]", "verified_outputs.dob"))
                .respond_with(ResponseTemplate::new(200).set_body_json(&answer))
                .mount(&stripe)
                .await;
            let outcome = StripeIdentity::new(&stripe.uri(), "sk_test").outcome("vs_1").await.unwrap();
            assert_eq!(outcome, expected, "{answer}");
        }
    }

    #[test]
    fn a_key_that_may_not_read_the_day_of_birth_verifies_nobody() {
        let session = serde_json::from_value(session("verified", json!({"verified_outputs": {}}))).unwrap();
        assert!(outcome_of(session).is_err());
    }
}
