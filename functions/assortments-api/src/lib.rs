//! A store's assortment over HTTP, for its staff: which products it offers, at what price, and at what price for a while.

mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::products::Products;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub accounts: Accounts,
    pub clock: Clock,
    pub catalog: Catalog,
    pub products: Products,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let db = aws.dynamodb();
        Self {
            verifier: access.verifier,
            signer: access.signer,
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            clock: Clock::system(),
            catalog: Catalog::new(db.clone(), &config.catalog_table),
            products: Products::new(db.clone(), &config.products_table),
            stores: Stores::new(db, &config.stores_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_assortment::list_assortment))
        .routes(routes!(
            routes::show_listing::show_listing,
            routes::put_listing::put_listing,
            routes::delete_listing::delete_listing
        ))
        .routes(routes!(routes::list_prices::list_prices))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
