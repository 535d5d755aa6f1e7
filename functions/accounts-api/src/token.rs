//! Access tokens (RFC 9068): ten minutes, RS256, no more in them than a function needs to decide.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Membership, Role};
use sipstr_domain::{SessionId, UserId};
use sipstr_http::auth::{Claims, TOKEN_TYPE};
use sipstr_http::{ApiResult, Problem, Verifier};
use sipstr_runtime::Error;
use sipstr_storage::accounts::Account;

use crate::refresh_token::RefreshToken;

const LIFE_SECONDS: i64 = 600;

/// The secret half of the key that signs, as the secret holds it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    pub kid: String,
    /// PKCS#8, RSA of 2048 bits or more.
    pub private_key_pem: String,
}

/// Issues access tokens.
#[derive(Clone)]
pub struct Issuer {
    key: Arc<EncodingKey>,
    kid: String,
    url: String,
    audience: String,
}

/// What a sign-in and a refresh answer with (RFC 6749 §5.1, in camel case).
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// Good for one refresh, within 30 days of the sign-in.
    pub refresh_token: String,
}

impl Issuer {
    pub fn new(key: &SigningKey, url: &str, audience: &str) -> Result<Self, Error> {
        let pem = EncodingKey::from_rsa_pem(key.private_key_pem.as_bytes());
        let pem = pem.map_err(|_| "the signing key is not an RSA key in PEM")?;
        Ok(Self { key: Arc::new(pem), kid: key.kid.clone(), url: url.to_owned(), audience: audience.to_owned() })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a token of this key passes our own check, which uses the published keys.
    pub fn check(&self, verifier: &Verifier) -> Result<(), Error> {
        let claims = self.claims(UserId::new(), &SessionId::new(), Timestamp::now());
        let token = self.sign(&claims)?;
        verifier.verify(&token).map(|_| ()).ok_or_else(|| "the signing key is not among the published keys".into())
    }

    pub fn tokens(&self, account: &Account, refresh: &RefreshToken, now: Timestamp) -> ApiResult<Tokens> {
        let mut claims = self.claims(account.id.clone(), &refresh.session, now);
        claims.roles.clone_from(&account.roles);
        claims.stores = memberships(account);
        claims.email_verified = account.email_verified_at.is_some();
        Ok(Tokens {
            access_token: self.sign(&claims).map_err(Problem::internal)?,
            token_type: "Bearer",
            expires_in: LIFE_SECONDS,
            refresh_token: refresh.text(),
        })
    }

    fn claims(&self, subject: UserId, session: &SessionId, now: Timestamp) -> Claims {
        let mut jti = [0; 16];
        aws_lc_rs::rand::fill(&mut jti).expect("the system has random bytes");
        Claims {
            iss: self.url.clone(),
            aud: self.audience.clone(),
            sub: subject,
            exp: now.as_second() + LIFE_SECONDS,
            iat: now.as_second(),
            jti: hex::encode(jti),
            sid: session.to_string(),
            roles: Vec::new(),
            stores: Vec::new(),
            email_verified: false,
        }
    }

    fn sign(&self, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.key)
    }
}

/// Where somebody is no longer staff, their old places in stores say nothing.
fn memberships(account: &Account) -> Vec<Membership> {
    if account.roles.contains(&Role::StoreStaff) { account.memberships.clone() } else { Vec::new() }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuer({})", self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use sipstr_storage::accounts::{PasswordHash, Verification};

    const URL: &str = "https://id.example";

    fn key(kid: &str) -> (SigningKey, String) {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap();
        let body = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let public = pair.public_key();
        let [n, e] =
            [public.modulus().big_endian_without_leading_zero(), public.exponent().big_endian_without_leading_zero()]
                .map(|number| URL_SAFE_NO_PAD.encode(number));
        let jwks =
            format!(r#"{{"keys":[{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{kid}","n":"{n}","e":"{e}"}}]}}"#);
        (SigningKey { kid: kid.to_owned(), private_key_pem: pem }, jwks)
    }

    fn account(now: Timestamp) -> Account {
        Account {
            id: UserId::new(),
            version: 1,
            email: "ada@example.com".parse().unwrap(),
            name: "Ada".parse().unwrap(),
            date_of_birth: serde_json::from_str("\"1990-01-01\"").unwrap(),
            phone: None,
            password_hash: PasswordHash(String::new()),
            roles: vec![Role::Customer],
            memberships: vec![Membership {
                store_id: sipstr_domain::StoreId::new(),
                role: sipstr_domain::account::StoreRole::Owner,
            }],
            email_verified_at: None,
            verification: None::<Verification>,
            created_at: now,
        }
    }

    #[test]
    fn a_token_says_who_and_for_how_long_and_passes_our_own_check() {
        let (key, jwks) = key("k1");
        let issuer = Issuer::new(&key, URL, "api").unwrap();
        let verifier = Verifier::new(&jwks, URL, "api").unwrap();
        issuer.check(&verifier).unwrap();
        let (now, refresh) = (Timestamp::now(), RefreshToken::new(SessionId::new()));
        let account = account(now);
        let tokens = issuer.tokens(&account, &refresh, now).unwrap();
        let claims = verifier.verify(&tokens.access_token).unwrap();
        assert_eq!((claims.sub, claims.sid, claims.roles), (account.id, refresh.session.to_string(), account.roles));
        assert_eq!((claims.exp - claims.iat, claims.email_verified), (600, false));
        assert!(claims.stores.is_empty(), "who is not staff has no stores");
        assert!(Verifier::new(&jwks, URL, "other").unwrap().verify(&tokens.access_token).is_none());
        assert!(verifier.verify(&tokens.refresh_token).is_none());
    }

    #[test]
    fn a_key_that_is_not_published_is_noticed_at_the_start() {
        let ((key, _), (_, other)) = (key("k1"), self::key("k1"));
        let issuer = Issuer::new(&key, URL, "api").unwrap();
        assert!(issuer.check(&Verifier::new(&other, URL, "api").unwrap()).is_err());
    }
}
