//! What is Apple's own: a client secret that is a token signed with our key, and a name that comes once, in a form.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::PersonName;

use super::NotVouched;

/// Long enough for one call.
const LIFE_SECONDS: i64 = 5 * 60;

#[derive(Clone)]
pub struct ClientKey {
    key: Arc<EncodingKey>,
    key_id: String,
    team_id: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl ClientKey {
    /// Reads a private key of P-256: PKCS#8 in PEM, as Apple hands it out.
    pub fn new(pem: &str, key_id: &str, team_id: &str) -> Result<Self, jsonwebtoken::errors::Error> {
        let key = Arc::new(EncodingKey::from_ec_pem(pem.as_bytes())?);
        Ok(Self { key, key_id: key_id.to_owned(), team_id: team_id.to_owned() })
    }

    pub fn client_secret(&self, client_id: &str, issuer: &str, now: Timestamp) -> Result<String, NotVouched> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let iat = now.as_second();
        let claims = Claims { iss: &self.team_id, sub: client_id, aud: issuer, iat, exp: iat + LIFE_SECONDS };
        encode(&header, &claims, &self.key).map_err(|_| NotVouched::Refused("our key does not sign"))
    }
}

/// The name in the form's field `user`, which is there at the first sign-in only. Nobody signed it: it is what somebody calls
/// themselves.
pub fn name_of_form(user: &str) -> Option<PersonName> {
    #[derive(Deserialize)]
    struct User {
        name: Name,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Name {
        #[serde(default)]
        first_name: String,
        #[serde(default)]
        last_name: String,
    }
    let User { name } = serde_json::from_str(user).ok()?;
    format!("{} {}", name.first_name.trim(), name.last_name.trim()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_in_two_parts_or_not_at_all() {
        let name = |text: &str| name_of_form(text).map(|name| name.as_str().to_owned());
        let ada = r#"{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"ada@example.com"}"#;
        assert_eq!(name(ada).as_deref(), Some("Ada Lovelace"));
        assert_eq!(name(r#"{"name":{"firstName":"Ada"}}"#).as_deref(), Some("Ada"));
        for bad in ["", "{}", r#"{"name":{}}"#, r#"{"name":{"firstName":"A\nB"}}"#, r#"{"name":"Ada"}"#] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_key_is_noticed_at_the_start() {
        assert!(ClientKey::new("a secret", "K", "T").is_err());
    }
}
