//! Who calls. Authorisation stands in a handler's signature: it takes a [`Customer`], a [`StoreStaff`], a [`Courier`], a
//! [`SupportAgent`], an [`Admin`], any signed-in [`Person`], or says [`Public`].
//!
//! The gateway has checked the token before; it is checked again here, because a function must not depend on how it is
//! reached.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::header;
use http::request::Parts;
use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::permission::Permission;
use sipstr_domain::security::Method;
use sipstr_domain::{CourierId, StoreId, UserId};
use sipstr_storage::accounts::Accounts;

use crate::Problem;

/// What an access token says (RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    /// The session that the token belongs to.
    pub sid: String,
    pub roles: Vec<Role>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<Membership>,
    #[serde(default)]
    pub email_verified: bool,
    /// The account's security version when the session began.
    #[serde(default)]
    pub sv: u64,
    /// When the person last proved who they are (OpenID Connect Core §2), and how.
    #[serde(default)]
    pub auth_time: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Method>,
    /// Who acts as the person (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Acting>,
}

/// A member of support who acts as somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    pub sub: UserId,
}

/// The type in the header of an access token (RFC 9068 §2.1): no other kind of token is taken for one.
pub const TOKEN_TYPE: &str = "at+jwt";

/// Checks access tokens against the public keys.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<HashMap<String, DecodingKey>>,
    validation: Arc<Validation>,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidKeys {
    #[error("the key set is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a key cannot be used: {0}")]
    Key(#[from] jsonwebtoken::errors::Error),
    #[error("the key set has no RSA key with an id")]
    Empty,
}

impl Verifier {
    /// Reads a JWK set (RFC 7517); only RSA keys with an id are taken that are meant to check signatures of RS256.
    pub fn new(jwks: &str, issuer: &str, audience: &str) -> Result<Self, InvalidKeys> {
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(jwks)?;
        let mut keys = HashMap::new();
        for jwk in &set.keys {
            if let (true, Some(id)) = (checks_rs256(jwk), &jwk.common.key_id) {
                keys.insert(id.clone(), DecodingKey::from_jwk(jwk)?);
            }
        }
        if keys.is_empty() {
            return Err(InvalidKeys::Empty);
        }
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 5;
        Ok(Self { keys: Arc::new(keys), validation: Arc::new(validation) })
    }

    /// The claims of a valid token; why another is not valid is nobody's business.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TOKEN_TYPE) {
            return None;
        }
        let key = self.keys.get(header.kid.as_deref()?)?;
        self.read(token, key).ok()
    }

    fn read(&self, token: &str, key: &DecodingKey) -> jsonwebtoken::errors::Result<Claims> {
        decode(token, key, &self.validation).map(|token| token.claims)
    }
}

/// What a key does not say it does not forbid (RFC 7517 §4).
fn checks_rs256(jwk: &Jwk) -> bool {
    let signs = jwk.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let rs256 = jwk.common.key_algorithm.is_none_or(|algorithm| algorithm == KeyAlgorithm::RS256);
    let verifies = jwk.common.key_operations.as_ref().is_none_or(|may| may.contains(&KeyOperations::Verify));
    matches!(jwk.algorithm, AlgorithmParameters::RSA(_)) && signs && rs256 && verifies
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.keys()).finish()
    }
}

/// Open to all.
#[derive(Debug, Clone, Copy)]
pub struct Public;

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self)
    }
}

/// Anybody who is signed in, whatever their roles.
#[derive(Debug, Clone)]
pub struct Person {
    pub claims: Claims,
}

impl Person {
    pub fn id(&self) -> &UserId {
        &self.claims.sub
    }

    pub fn has(&self, role: Role) -> bool {
        self.claims.roles.contains(&role)
    }

    /// Their place in a store's staff; other stores do not exist for them.
    pub fn in_store(&self, store: &StoreId) -> Option<StoreRole> {
        let membership = self.claims.stores.iter().find(|membership| membership.store_id == *store);
        membership.filter(|_| self.has(Role::StoreStaff)).map(|membership| membership.role)
    }
}

impl<S> FromRequestParts<S> for Person
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or_else(Problem::unauthenticated)?;
        let claims = Verifier::from_ref(state).verify(token.trim()).ok_or_else(Problem::unauthenticated)?;
        Ok(Self { claims })
    }
}

/// What a person is to a handler.
pub trait Standing: Sized {
    fn of_person(person: Person) -> Result<Self, Problem>;
}

impl Standing for Person {
    fn of_person(person: Person) -> Result<Self, Problem> {
        Ok(person)
    }
}

/// Somebody whose standing was read just now: a token that is older than a change of roles, a new password or the end of the
/// account is refused. For what must not wait until a token ends by itself, at the price of one small read.
#[derive(Debug, Clone)]
pub struct Current<T>(pub T);

impl<T, S> FromRequestParts<S> for Current<T>
where
    T: Standing,
    S: Send + Sync,
    Verifier: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let mut person = Person::from_request_parts(parts, state).await?;
        let accounts = Accounts::from_ref(state);
        let now = accounts.standing(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
        if now.disabled || now.security_version != person.claims.sv {
            return Err(Problem::unauthenticated());
        }
        // What the token leaves out (a role that asks for two factors) stays out; what was taken away meanwhile is gone.
        person.claims.roles.retain(|role| now.roles.contains(role));
        person.claims.stores.retain(|membership| now.memberships.contains(membership));
        if let Some(acting) = &person.claims.act {
            let agent = accounts.standing(&acting.sub).await?.ok_or_else(Problem::unauthenticated)?;
            if agent.disabled || !agent.roles.contains(&Role::Support) {
                return Err(Problem::unauthenticated());
            }
        }
        T::of_person(person).map(Self)
    }
}

/// How long ago somebody may have proved who they are to change how they do.
const RECENT_SECONDS: i64 = 5 * 60;

/// Somebody current, who proved within the last five minutes who they are; else 403 `step_up_required`. For changes of
/// credentials, roles and payout data. Never support that acts as the person.
#[derive(Debug, Clone)]
pub struct Recent<T>(pub T);

impl<T, S> FromRequestParts<S> for Recent<T>
where
    T: Standing,
    S: Send + Sync,
    Verifier: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InPerson(Current(person)) = InPerson::<Current<Person>>::from_request_parts(parts, state).await?;
        let age = Timestamp::now().as_second() - person.claims.auth_time;
        if age > RECENT_SECONDS {
            let detail = "please prove once more who you are: POST /v1/auth/step-up";
            return Err(Problem::new(http::StatusCode::FORBIDDEN, "step_up_required", detail));
        }
        T::of_person(person).map(Self)
    }
}

/// Somebody who acts for themselves; support that acts as the person is refused: 403 `not_while_acting`. For what spends
/// money, ends something, or gives power. Goes around any other extractor of this module but [`Recent`], which is so already.
#[derive(Debug, Clone)]
pub struct InPerson<T>(pub T);

impl<T, S> FromRequestParts<S> for InPerson<T>
where
    T: FromRequestParts<S, Rejection = Problem> + IsPerson,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let who = T::from_request_parts(parts, state).await?;
        if who.person().claims.act.is_some() {
            let detail = "who acts for somebody else may look, and not do this";
            return Err(Problem::new(http::StatusCode::FORBIDDEN, "not_while_acting", detail));
        }
        Ok(Self(who))
    }
}

/// What says who calls.
pub trait IsPerson {
    fn person(&self) -> &Person;
}

impl IsPerson for Person {
    fn person(&self) -> &Person {
        self
    }
}

impl<T: IsPerson> IsPerson for Current<T> {
    fn person(&self) -> &Person {
        self.0.person()
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $role:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Person);

        impl<S> FromRequestParts<S> for $name
        where
            S: Send + Sync,
            Verifier: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                Self::of_person(Person::from_request_parts(parts, state).await?)
            }
        }

        impl IsPerson for $name {
            fn person(&self) -> &Person {
                &self.0
            }
        }

        impl Standing for $name {
            fn of_person(person: Person) -> Result<Self, Problem> {
                if person.has($role) { Ok(Self(person)) } else { Err(Problem::forbidden()) }
            }
        }
    )+};
}

roles! {
    /// A customer, who buys for herself only.
    Customer = Role::Customer;
    /// Staff of some store; [`StoreStaff::of`] says whether of this one.
    StoreStaff = Role::StoreStaff;
    /// A courier.
    Courier = Role::Courier;
    /// A member of support.
    SupportAgent = Role::Support;
    /// An administrator.
    Admin = Role::Admin;
}

/// Support or administration: whoever answers for what happens to other people's accounts and money.
#[derive(Debug, Clone)]
pub struct Office(pub Person);

impl Standing for Office {
    fn of_person(person: Person) -> Result<Self, Problem> {
        let may = person.has(Role::Support) || person.has(Role::Admin);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}

impl IsPerson for Office {
    fn person(&self) -> &Person {
        &self.0
    }
}

impl Customer {
    pub fn id(&self) -> &UserId {
        self.0.id()
    }
}

impl StoreStaff {
    /// Their role in this store; 404 where it is not theirs, as if there were no such store.
    pub fn of(&self, store: &StoreId) -> Result<StoreRole, Problem> {
        self.0.in_store(store).ok_or_else(Problem::not_found)
    }

    /// The same where they may do this in it; 403 where their role does not reach so far.
    pub fn may(&self, store: &StoreId, permission: Permission) -> Result<StoreRole, Problem> {
        let role = self.of(store)?;
        if role.may(permission) { Ok(role) } else { Err(Problem::forbidden()) }
    }
}

impl Courier {
    pub fn id(&self) -> CourierId {
        CourierId::of_user(self.0.id())
    }
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
