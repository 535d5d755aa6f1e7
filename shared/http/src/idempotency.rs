//! The key under which a client may repeat a request that creates or charges.

use axum::extract::FromRequestParts;
use http::request::Parts;

use serde::Serialize;

use crate::Problem;

/// Stands for a request, so that the same key with another one is noticed.
pub fn fingerprint<T: Serialize>(request: &T) -> String {
    let json = serde_json::to_vec(request).expect("our own types serialise");
    hex::encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &json).as_ref()[..16])
}

/// The refusal of a key that was used for something else.
pub fn key_reused() -> Problem {
    Problem::unprocessable("idempotency_key_reused", "this key was used for another request")
}

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
