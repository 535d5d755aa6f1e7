//! Licensed stores over HTTP: who delivers to a place, on what terms, and whether it is open now.

mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_domain::compliance::LocalClock;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub local_clock: LocalClock,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            local_clock: config.local_clock,
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_stores::list_stores))
        .routes(routes!(routes::show_store::show_store))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
