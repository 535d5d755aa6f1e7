//! The key under which a client may repeat a request that creates or charges.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::Problem;

/// The `Idempotency-Key` header: 1 to 128 visible ASCII characters, best a UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let header = parts.headers.get("idempotency-key").ok_or_else(|| {
            Problem::bad_request(
                "idempotency_key_missing",
                "send an Idempotency-Key, so that a retry is not a second request",
            )
        })?;
        match header.to_str() {
            Ok(key) if (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(Self(key.to_owned()))
            }
            _ => Err(Problem::bad_request(
                "idempotency_key_invalid",
                "the key must be 1 to 128 visible ASCII characters",
            )),
        }
    }
}
