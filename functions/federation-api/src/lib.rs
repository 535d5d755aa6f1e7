//! Other identity providers over HTTP: who comes from Google, Apple or Facebook signs in or registers, links them to an
//! account, and takes them off; a store's owner says which provider signs its staff in.
//!
//! Whom a provider vouches for is told by issuer and subject, never by an address of mail: a sign-in finds an account by a
//! link that its person made, or makes a new one, and gives nobody an account that is there already.

mod ceremony;
mod config;
mod domain_proof;
mod newcomer;
mod provider;
mod routes;
mod staff;

use std::sync::Arc;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_identity::{Identity, NetworkLimit, Origins, SigningKey};
use sipstr_runtime::{Access, Aws, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::ceremonies::Ceremonies;
use sipstr_storage::members::Members;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::{Config, ProviderSecrets};

use provider::{Calls, Discovery, Keys, Social};

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    identity: Identity,
    ceremonies: Ceremonies,
    origins: Origins,
    network_limit: NetworkLimit,
    members: Members,
    stores: Stores,
    providers: Providers,
}

/// The other houses, and how they are called.
#[derive(Debug, Clone)]
struct Providers {
    social: Social,
    calls: Calls,
    keys: Keys,
    discovery: Discovery,
    /// Pages and apps that a sign-in may end at.
    redirects: Arc<[String]>,
    /// Where a provider posts its form to.
    callback: Arc<str>,
    resolver: Arc<str>,
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
    /// Fails where the signing key does not fit the published keys, or a provider that is offered has no secret.
    pub fn new(
        config: &Config,
        aws: &Aws,
        access: Access,
        key: &SigningKey,
        secrets: &ProviderSecrets,
    ) -> Result<Self, Error> {
        let identity = Identity::new(&config.identity, aws, &access, key)?;
        let providers = Providers {
            social: Social::new(&config.federation, secrets)?,
            calls: Calls::new(config.reach),
            keys: Keys::default(),
            discovery: Discovery::default(),
            redirects: config.federation.redirects.clone().into(),
            callback: format!("{}/v1/auth/federation/callback", config.identity.issuer).into(),
            resolver: config.federation.resolver.as_str().into(),
        };
        Ok(Self {
            verifier: access.verifier,
            identity,
            ceremonies: Ceremonies::new(aws.dynamodb(), &config.ceremonies_table),
            origins: Origins::new(&config.web_origins),
            network_limit: config.identity.network_limit,
            members: Members::new(aws.dynamodb(), &config.identity.accounts_table, &config.stores_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
            providers,
        })
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{callback, finish, finish_link, list_links, list_providers, prove_domain, put_sign_on, register};
    use routes::{remove_sign_on, show_sign_on, start, start_link, unlink};
    OpenApiRouter::new()
        .routes(routes!(list_providers::list_providers))
        .routes(routes!(start::start_federation))
        .routes(routes!(callback::federation_callback))
        .routes(routes!(finish::finish_federation))
        .routes(routes!(register::register_federated))
        .routes(routes!(list_links::list_links, start_link::start_link))
        .routes(routes!(finish_link::finish_link))
        .routes(routes!(unlink::unlink))
        .routes(routes!(show_sign_on::show_sign_on, put_sign_on::put_sign_on, remove_sign_on::remove_sign_on))
        .routes(routes!(prove_domain::prove_domain))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
