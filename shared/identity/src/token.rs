//! Access tokens (RFC 9068): ten minutes, RS256, no more in them than a function needs to decide.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Membership, Role};
use sipstr_domain::security::Method;
use sipstr_domain::{SessionId, UserId};
use sipstr_http::auth::{Acting, Claims, TOKEN_TYPE};
use sipstr_http::{ApiResult, Problem, Verifier};
use sipstr_runtime::Error;
use sipstr_storage::accounts::Account;
use sipstr_storage::sessions::Session;

use crate::refresh_token::RefreshToken;
use crate::sign_in::Policy;

const LIFE_SECONDS: i64 = 600;

/// How long support may act as a person: a telephone call.
const ACTING_SECONDS: i64 = 900;

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

/// An access token (RFC 6749 §5.1, in camel case).
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessToken {
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// Whether roles of the account are left out until it has a second factor and was signed in with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub second_factor_required: bool,
}

/// What a sign-in and a refresh answer with.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    #[serde(flatten)]
    pub access: AccessToken,
    /// Good for one refresh. Absent where the client wanted it in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Seconds until the session ends, however often it is refreshed.
    #[schema(example = 2_592_000)]
    pub refresh_expires_in: i64,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
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

    pub fn tokens(
        &self,
        account: &Account,
        session: &Session,
        refresh: &RefreshToken,
        policy: Policy,
        now: Timestamp,
    ) -> ApiResult<Tokens> {
        Ok(Tokens {
            access: self.access(account, session, policy, now)?,
            refresh_token: Some(refresh.text()),
            refresh_expires_in: session.expires_at.as_second() - now.as_second(),
        })
    }

    /// An access token alone, for a session that goes on.
    pub fn access(
        &self,
        account: &Account,
        session: &Session,
        policy: Policy,
        now: Timestamp,
    ) -> ApiResult<AccessToken> {
        let mut claims = self.claims(account.id.clone(), &session.id, now);
        let weak = policy.staff_needs_two_factors && !Method::are_two_factors(&session.methods);
        let (held_back, roles): (Vec<_>, _) = account.roles.iter().partition(|role| weak && role.is_privileged());
        claims.roles = roles;
        claims.stores = memberships(account, &claims.roles);
        claims.email_verified = account.email_verified_at.is_some();
        claims.sv = session.security_version;
        claims.auth_time = session.proved_at.as_second();
        claims.amr.clone_from(&session.methods);
        Ok(AccessToken {
            access_token: self.sign(&claims).map_err(Problem::internal)?,
            token_type: "Bearer",
            expires_in: LIFE_SECONDS,
            second_factor_required: !held_back.is_empty(),
        })
    }

    /// An access token with which a member of support sees what a customer sees (RFC 8693 §4.1). It says who acts, has no
    /// session and no proof of anything, reaches no store, and is good for a quarter of an hour.
    pub fn acting(&self, account: &Account, agent: &UserId, now: Timestamp) -> ApiResult<AccessToken> {
        let mut claims = self.claims(account.id.clone(), &SessionId::new(), now);
        claims.exp = now.as_second() + ACTING_SECONDS;
        claims.roles = account.roles.iter().copied().filter(|role| *role == Role::Customer).collect();
        claims.email_verified = account.email_verified_at.is_some();
        claims.sv = account.security_version;
        claims.auth_time = 0;
        claims.act = Some(Acting { sub: agent.clone() });
        Ok(AccessToken {
            access_token: self.sign(&claims).map_err(Problem::internal)?,
            token_type: "Bearer",
            expires_in: ACTING_SECONDS,
            second_factor_required: false,
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
            sv: 0,
            auth_time: now.as_second(),
            amr: Vec::new(),
            act: None,
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
fn memberships(account: &Account, roles: &[Role]) -> Vec<Membership> {
    if roles.contains(&Role::StoreStaff) { account.memberships.clone() } else { Vec::new() }
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

    fn account(roles: Vec<Role>) -> Account {
        let mut account = crate::samples::account();
        account.roles = roles;
        account
    }

    fn issue(account: &Account, methods: Vec<Method>, strict: bool) -> (Tokens, Claims) {
        let (key, jwks) = key("k1");
        let issuer = Issuer::new(&key, URL, "api").unwrap();
        let verifier = Verifier::new(&jwks, URL, "api").unwrap();
        issuer.check(&verifier).unwrap();
        let (now, refresh) = (Timestamp::now(), RefreshToken::new(account.id.clone(), SessionId::new()));
        let session = crate::samples::session(&refresh, methods, now);
        let policy = Policy { staff_needs_two_factors: strict };
        let tokens = issuer.tokens(account, &session, &refresh, policy, now).unwrap();
        let claims = verifier.verify(&tokens.access.access_token).unwrap();
        assert_eq!(claims.sid, refresh.session.to_string());
        assert!(Verifier::new(&jwks, URL, "other").unwrap().verify(&tokens.access.access_token).is_none());
        assert!(verifier.verify(tokens.refresh_token.as_deref().unwrap()).is_none());
        (tokens, claims)
    }

    #[test]
    fn a_token_says_who_and_for_how_long_and_passes_our_own_check() {
        let account = account(vec![Role::Customer]);
        let (_, claims) = issue(&account, vec![Method::Password], false);
        assert_eq!((&claims.sub, &claims.roles), (&account.id, &account.roles));
        assert_eq!((claims.exp - claims.iat, claims.email_verified), (600, false));
        assert!(claims.stores.is_empty(), "who is not staff has no stores");
    }

    #[test]
    fn roles_that_ask_for_two_factors_are_left_out_after_one() {
        let account = account(vec![Role::Customer, Role::StoreStaff]);
        let (tokens, claims) = issue(&account, vec![Method::Password], true);
        assert_eq!(
            (claims.roles, claims.stores.len(), tokens.access.second_factor_required),
            (vec![Role::Customer], 0, true)
        );
        let (tokens, claims) = issue(&account, vec![Method::Password, Method::Totp], true);
        assert_eq!(
            (claims.roles, claims.stores.len(), tokens.access.second_factor_required),
            (account.roles.clone(), 1, false)
        );
    }

    #[test]
    fn who_acts_as_somebody_is_named_and_is_a_customer_at_most_for_a_quarter_of_an_hour() {
        let (key, jwks) = key("k1");
        let (issuer, verifier) = (Issuer::new(&key, URL, "api").unwrap(), Verifier::new(&jwks, URL, "api").unwrap());
        let mut account = account(vec![Role::Courier, Role::Customer, Role::StoreStaff]);
        account.security_version = 3;
        let agent = UserId::new();
        let token = issuer.acting(&account, &agent, Timestamp::now()).unwrap();
        let claims = verifier.verify(&token.access_token).unwrap();
        assert_eq!((claims.sub, claims.act), (account.id, Some(Acting { sub: agent })));
        assert_eq!((claims.roles, claims.stores, claims.amr), (vec![Role::Customer], vec![], vec![]));
        assert_eq!((claims.exp - claims.iat, claims.auth_time, claims.sv), (900, 0, 3));
    }

    #[test]
    fn a_key_that_is_not_published_is_noticed_at_the_start() {
        let ((key, _), (_, other)) = (key("k1"), self::key("k1"));
        let issuer = Issuer::new(&key, URL, "api").unwrap();
        assert!(issuer.check(&Verifier::new(&other, URL, "api").unwrap()).is_err());
    }
}
