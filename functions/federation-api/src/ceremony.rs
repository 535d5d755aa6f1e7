//! A sign-in that goes to another provider and comes back, once, to the browser or app that it began in.
//!
//! State, nonce and verifier are drawn anew for each and kept here, never in the browser. What the browser holds is a secret
//! of its own: who lures somebody to an address with a foreign state ends up with nothing.

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;
use sipstr_http::{ApiResult, Problem};
use sipstr_identity::{Carrier, HostCookie, Origins, open_sealed};
use sipstr_storage::federation::Ceremony;
use sipstr_storage::sign_on::SignOn;

use crate::provider::{Provider, ProviderId, Vouched};
use crate::{Providers, State};

/// Time to find a password, and a telephone.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

const COOKIE: HostCookie = HostCookie("__Host-sipstr-federation");

/// What the secret of a store's client is sealed for.
pub const SIGN_ON_SECRET: &str = "staff-sign-on";

/// Where somebody wants to sign in, and where they want to be sent back to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederationStart {
    /// `google`, `apple`, `facebook`, or the id of a store whose staff signs in.
    #[schema(value_type = String, example = "google")]
    pub provider: ProviderId,
    /// One of the addresses that the settings allow, to the letter.
    #[schema(example = "https://www.sipstr.example/signed-in")]
    pub redirect_uri: String,
    /// Where the secret goes that finishes it: to an app in the body, to a browser in a cookie.
    #[serde(default)]
    pub secret_in: Carrier,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FederationStarted {
    /// The page to open.
    pub authorization_url: String,
    /// Goes with the code that comes back. Absent where it is in the cookie `__Host-sipstr-federation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Seconds.
    #[schema(example = 600)]
    pub expires_in: i64,
}

/// What came back to the page or app.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederationReturn {
    pub state: String,
    pub code: String,
    /// As the provider named itself (RFC 9207), where it did.
    pub iss: Option<String>,
    /// From the answer that began it, where it is in no cookie.
    pub secret: Option<String>,
}

/// A provider that was found, with the settings of the store where it is a store's.
pub struct Found {
    pub provider: Provider,
    pub sign_on: Option<SignOn>,
}

impl State {
    pub async fn provider(&self, id: &ProviderId) -> ApiResult<Found> {
        let Some(store) = id.store() else {
            let provider = self.providers.social.get(id).ok_or_else(Problem::not_found)?;
            return Ok(Found { provider, sign_on: None });
        };
        let sign_on = self.stores.sign_on(store).await?;
        // Until the domain is proved, it may be anybody's.
        let sign_on = sign_on.filter(|sign_on| sign_on.domain_proved_at.is_some()).ok_or_else(Problem::not_found)?;
        let now = self.identity.clock.now();
        let metadata = self.providers.discovery.find(&self.providers.calls, &sign_on.issuer, now).await?;
        let secret = open_sealed(&self.identity.signer, SIGN_ON_SECRET, store.as_str(), &sign_on.sealed_secret);
        let secret = secret.and_then(|secret| String::from_utf8(secret).ok());
        let secret = secret.ok_or_else(|| Problem::internal("the secret of a sign-on does not open"))?;
        Ok(Found { provider: metadata.provider(&sign_on, secret), sign_on: Some(sign_on) })
    }

    /// Begins a sign-in, or a link to this account.
    pub async fn begin(&self, wish: &FederationStart, links_to: Option<UserId>) -> ApiResult<Response> {
        if !self.providers.redirects.contains(&wish.redirect_uri) {
            return Err(Problem::bad_request("invalid_redirect", "a sign-in does not end at this address"));
        }
        let Found { provider, .. } = self.provider(&wish.provider).await?;
        let (state, secret) = (random(), random());
        let callback =
            if provider.posts_back { self.providers.callback.to_string() } else { wish.redirect_uri.clone() };
        let ceremony = Ceremony {
            provider: provider.id.to_string(),
            nonce: random(),
            verifier: random(),
            redirect_uri: callback,
            return_to: wish.redirect_uri.clone(),
            secret_hash: hash(&secret),
            links_to,
            told_name: None,
            expires_at: self.identity.clock.now() + LIFE,
        };
        let authorization_url = provider.authorization_url(&self.providers.calls, &state, &ceremony)?;
        self.ceremonies.begin_elsewhere(&state, &ceremony).await?;
        let seconds = LIFE.as_secs();
        let answer = |secret| FederationStarted { authorization_url, secret, expires_in: seconds };
        Ok(match wish.secret_in {
            Carrier::Body => (StatusCode::CREATED, Json(answer(Some(secret)))).into_response(),
            Carrier::Cookie => COOKIE.put((StatusCode::CREATED, Json(answer(None))).into_response(), &secret, seconds),
        })
    }

    /// Ends a ceremony, and says whom the provider vouches for. A state that is foreign, used or over, and a secret that is
    /// not this state's, end nothing.
    pub async fn end(
        &self,
        back: &FederationReturn,
        headers: &HeaderMap,
        links_to: Option<&UserId>,
    ) -> ApiResult<(Found, Vouched)> {
        let secret = secret_of(back, headers, &self.origins)?.ok_or_else(no_ceremony)?;
        let now = self.identity.clock.now();
        let ceremony = self.ceremonies.end_elsewhere(&back.state, &hash(&secret), links_to, now).await?;
        let ceremony = ceremony.ok_or_else(no_ceremony)?;
        let id: ProviderId = ceremony.provider.parse().map_err(Problem::internal)?;
        let found = self.provider(&id).await?;
        let named = back.iss.as_deref();
        if named.map_or(found.provider.names_itself, |named| named != found.provider.issuer) {
            // Two providers were mixed up: the code is not for this one to see.
            return Err(Problem::bad_request("invalid_sign_in", "another provider answered than was asked"));
        }
        let Providers { calls, keys, .. } = &self.providers;
        let mut vouched = found.provider.vouch(calls, keys, &ceremony, &back.code, now).await?;
        let told = ceremony.told_name.and_then(|name| name.parse().ok());
        vouched.name = vouched.name.or(told);
        Ok((found, vouched))
    }
}

fn secret_of(back: &FederationReturn, headers: &HeaderMap, origins: &Origins) -> ApiResult<Option<String>> {
    match &back.secret {
        Some(secret) => Ok(Some(secret.clone())),
        None => COOKIE.find(headers, origins),
    }
}

/// Foreign, used and over cannot be told apart.
pub fn no_ceremony() -> Problem {
    Problem::bad_request("invalid_state", "this sign-in is not under way here: please begin again")
}

/// 256 bits.
pub fn random() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hash(secret: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes()))
}
