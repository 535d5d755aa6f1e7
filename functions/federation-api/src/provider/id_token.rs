//! What an id_token must be to be believed (OpenID Connect Core §3.1.3.7): of this issuer, for us alone, for this sign-in, just
//! now, and signed with a key and by a rule that are the provider's.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::NotVouched;

/// How far the clocks of two houses may be apart.
const LEEWAY_SECONDS: i64 = 30;

/// A token is fetched as it is made: an older one was kept for something.
const OLDEST_SECONDS: i64 = 10 * 60;

/// What is expected of a token.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub access_token: Option<&'a str>,
    pub now: Timestamp,
}

/// What a believed token says.
#[derive(Debug, Deserialize)]
pub struct Said {
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    iat: i64,
    nonce: Option<String>,
    at_hash: Option<String>,
    pub email: Option<String>,
    #[serde(default)]
    email_verified: Truth,
    pub name: Option<String>,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Apple writes `"true"` where the standard has `true`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Value")]
enum Truth {
    Yes,
    No,
    #[default]
    Unsaid,
}

impl From<Value> for Truth {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(true) => Self::Yes,
            Value::String(text) if text == "true" => Self::Yes,
            Value::Null => Self::Unsaid,
            // Whatever else it is, it is no yes.
            _ => Self::No,
        }
    }
}

impl Said {
    pub fn email_verified(&self) -> bool {
        self.email_verified == Truth::Yes
    }

    pub fn email_denied(&self) -> bool {
        self.email_verified == Truth::No
    }
}

pub fn believe(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    expected: &Expected<'_>,
) -> Result<Said, NotVouched> {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.leeway = LEEWAY_SECONDS.unsigned_abs();
    let said = decode::<Said>(token, key, &validation);
    let said = said.map_err(|_| NotVouched::Refused("the id_token is not valid"))?.claims;
    if said.sub.is_empty() || said.sub.len() > 255 {
        return Err(NotVouched::Refused("the subject is no subject"));
    }
    // For us alone: a token that others may use too, they may have.
    let ours = match &said.aud {
        Audience::One(aud) => aud == expected.client_id,
        Audience::Many(all) => all.len() == 1 && all[0] == expected.client_id,
    };
    if !ours || said.azp.as_deref().is_some_and(|azp| azp != expected.client_id) {
        return Err(NotVouched::Refused("the id_token is for others"));
    }
    let age = expected.now.as_second() - said.iat;
    if !(-LEEWAY_SECONDS..=OLDEST_SECONDS).contains(&age) {
        return Err(NotVouched::Refused("the id_token is of another time"));
    }
    let nonce = said.nonce.as_deref().unwrap_or_default();
    if verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes()).is_err() {
        return Err(NotVouched::Refused("the nonce is not of this sign-in"));
    }
    if let Some(hash) = &said.at_hash
        && expected.access_token.map(half_hash).as_ref() != Some(hash)
    {
        return Err(NotVouched::Refused("the access token is of another id_token"));
    }
    Ok(said)
}

/// The left half of the hash (§3.1.3.6); RS256 and ES256 both go with SHA-256.
fn half_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, access_token.as_bytes()).as_ref()[..16])
}

#[cfg(test)]
#[path = "id_token_tests.rs"]
mod tests;
