//! A store's assortment over HTTP: lists by name or price, search, and a product with what is left of it.

mod assortments;
mod config;
mod pages;
mod routes;
mod search;
mod view;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;
use utoipa_axum::router::OpenApiRouter;

use crate::assortments::Assortments;
use crate::pages::Pages;
pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub catalog: Catalog,
    pub inventory: Inventory,
    pub(crate) assortments: Assortments,
    pub(crate) pages: Pages,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let catalog = Catalog::new(aws.dynamodb(), &config.catalog_table);
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            assortments: Assortments::new(catalog.clone()),
            pages: Pages::new(catalog.clone()),
            catalog,
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_products::list_products))
        .routes(routes!(routes::show_product::show_product))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
