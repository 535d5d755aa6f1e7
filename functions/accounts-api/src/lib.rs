//! Accounts over HTTP: registration and proof of the e-mail address, sign-in with one factor or two, sessions, credentials,
//! profile and preferences, and the public keys that access tokens are checked with.
//!
//! Whether an e-mail address is in use shows in no answer and in no order of calls: where there is nobody, the same
//! reads and writes are made for a stand-in that does not exist.

mod config;
mod holder;
mod routes;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_identity::{Breaches, Challenges, Identity, Issuer, NetworkLimit, Origins, SigningKey};
use sipstr_runtime::{Access, Aws, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::settings::Settings;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    identity: Identity,
    origins: Origins,
    network_limit: NetworkLimit,
    breaches: Breaches,
    challenges: Challenges,
    settings: Settings,
}

impl FromRef<State> for Accounts {
    fn from_ref(state: &State) -> Self {
        state.identity.accounts.clone()
    }
}

impl FromRef<State> for Signer {
    fn from_ref(state: &State) -> Self {
        state.identity.signer.clone()
    }
}

impl FromRef<State> for Issuer {
    fn from_ref(state: &State) -> Self {
        state.identity.issuer.clone()
    }
}

impl State {
    /// Fails where the signing key does not fit the published keys: nobody could use a token of it.
    pub fn new(
        config: &Config,
        aws: &Aws,
        access: Access,
        key: &SigningKey,
        challenges: Challenges,
    ) -> Result<Self, Error> {
        let identity = Identity::new(&config.identity, aws, &access, key)?;
        Ok(Self {
            verifier: access.verifier,
            identity,
            origins: Origins::new(&config.web_origins),
            network_limit: config.identity.network_limit,
            breaches: Breaches::new(&config.breach_url),
            challenges,
            settings: Settings::new(aws.dynamodb(), &config.settings_table),
        })
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    credentials().merge(profile())
}

/// Who somebody is, and how they prove it.
fn credentials() -> OpenApiRouter<State> {
    use routes::{change_email, change_password, confirm_email, end_sessions, forgot_password, list_security_events};
    use routes::{disable_totp, enable_totp, list_sessions, login, logout, metadata, new_recovery_codes, offer_totp};
    use routes::{refresh, register, resend_code, reset_password, second_factor, step_up, verify_email};
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(resend_code::resend_code))
        .routes(routes!(verify_email::verify_email))
        .routes(routes!(login::login))
        .routes(routes!(second_factor::second_factor))
        .routes(routes!(step_up::step_up))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(forgot_password::forgot_password))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(change_password::change_password))
        .routes(routes!(change_email::change_email))
        .routes(routes!(confirm_email::confirm_email))
        .routes(routes!(list_sessions::list_sessions, end_sessions::end_sessions))
        .routes(routes!(end_sessions::end_session))
        .routes(routes!(offer_totp::offer_totp, disable_totp::disable_totp))
        .routes(routes!(enable_totp::enable_totp))
        .routes(routes!(new_recovery_codes::new_recovery_codes))
        .routes(routes!(list_security_events::list_security_events))
        .routes(routes!(metadata::openid_configuration))
        .routes(routes!(metadata::jwks))
}

/// What a person tells of themselves.
fn profile() -> OpenApiRouter<State> {
    use routes::{me, preferences};
    OpenApiRouter::new()
        .routes(routes!(me::show_me, me::change_me))
        .routes(routes!(preferences::show_preferences, preferences::put_preferences))
        .routes(routes!(preferences::list_consents))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
