//! Passkeys over HTTP: their owner makes, names and removes them; they sign in alone and without a name, are the second factor
//! after a password, and prove once more who somebody is.
//!
//! Each is a ceremony of two requests: options, which a browser hands to `navigator.credentials`, and its answer. What was
//! asked is kept under its challenge and taken with the first answer, for one purpose and one person. How an answer is checked
//! stands in `sipstr_webauthn`; what follows from it, in `sipstr_identity`, as for every way in.

mod asserting;
mod ceremony;
mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_identity::{Identity, NetworkLimit, Origins, SigningKey};
use sipstr_runtime::{Access, Aws, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::ceremonies::Ceremonies;
use sipstr_webauthn::RelyingParty;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

/// Who asks, as browsers show it.
const PARTY: &str = "Sipstr";

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    identity: Identity,
    ceremonies: Ceremonies,
    party: RelyingParty,
    origins: Origins,
    network_limit: NetworkLimit,
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

impl State {
    /// Fails where the signing key does not fit the published keys: nobody could use a token of it.
    pub fn new(config: &Config, aws: &Aws, access: Access, key: &SigningKey) -> Result<Self, Error> {
        let identity = Identity::new(&config.identity, aws, &access, key)?;
        Ok(Self {
            verifier: access.verifier,
            identity,
            ceremonies: Ceremonies::new(aws.dynamodb(), &config.ceremonies_table),
            party: RelyingParty::new(&config.rp_id, PARTY),
            origins: Origins::new(&config.origins),
            network_limit: config.identity.network_limit,
        })
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{add, list, offer, remove, rename, second_factor, sign_in, step_up};
    OpenApiRouter::new()
        .routes(routes!(sign_in::ask_for_passkey))
        .routes(routes!(sign_in::sign_in_with_passkey))
        .routes(routes!(second_factor::ask_for_passkey_as_second_factor))
        .routes(routes!(second_factor::second_factor_with_passkey))
        .routes(routes!(step_up::ask_for_passkey_to_step_up))
        .routes(routes!(step_up::step_up_with_passkey))
        .routes(routes!(offer::offer_passkey))
        .routes(routes!(list::list_passkeys, add::add_passkey))
        .routes(routes!(rename::rename_passkey, remove::remove_passkey))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
