//! Accounts over HTTP: registration and proof of the e-mail address, sign-in and sessions, profile and addresses, and the
//! public keys that access tokens are checked with.
//!
//! Whether an e-mail address is in use shows in no answer and in no order of calls: where there is nobody, the same
//! reads and writes are made for a stand-in that does not exist.

mod config;
mod holder;
pub mod password;
mod refresh_token;
mod routes;
mod token;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::guesses::Guesses;
use sipstr_storage::sessions::Sessions;
use sipstr_storage::settings::Settings;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;
pub use token::{Issuer, SigningKey};

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub issuer: Issuer,
    pub accounts: Accounts,
    pub sessions: Sessions,
    pub guesses: Guesses,
    pub settings: Settings,
}

impl State {
    /// Fails where the signing key does not fit the published keys: nobody could use a token of it.
    pub fn new(config: &Config, aws: &Aws, access: Access, key: &SigningKey) -> Result<Self, Error> {
        let issuer = Issuer::new(key, &config.issuer, &config.audience)?;
        issuer.check(&access.verifier)?;
        Ok(Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            issuer,
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            sessions: Sessions::new(aws.dynamodb(), &config.accounts_table),
            guesses: Guesses::new(aws.dynamodb(), &config.accounts_table),
            settings: Settings::new(aws.dynamodb(), &config.settings_table),
        })
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{
        add_address, change_address, list_addresses, login, logout, me, metadata, refresh, register, remove_address,
    };
    use routes::{resend_code, verify_email};
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(resend_code::resend_code))
        .routes(routes!(verify_email::verify_email))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(me::show_me, me::change_me))
        .routes(routes!(list_addresses::list_addresses, add_address::add_address))
        .routes(routes!(change_address::change_address, remove_address::remove_address))
        .routes(routes!(metadata::openid_configuration))
        .routes(routes!(metadata::jwks))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
