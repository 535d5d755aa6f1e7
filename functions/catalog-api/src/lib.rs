//! The catalogue as customers see it: a store's assortment by name or price, search, a product with what is left of it, its
//! variants and relations; and what is the same everywhere: categories, brands, pictures, products by their slug.

mod assortments;
mod config;
mod language;
mod left;
mod pages;
mod routes;
mod search;
mod unknown;
mod view;

use axum::extract::FromRef;
use sipstr_files::Files;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::products::Products;
use utoipa_axum::router::OpenApiRouter;

use crate::assortments::Assortments;
use crate::pages::Pages;
use crate::unknown::Unknown;
pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub catalog: Catalog,
    pub inventory: Inventory,
    pub products: Products,
    pub files: Files,
    pub(crate) unknown: Unknown,
    pub(crate) assortments: Assortments,
    pub(crate) pages: Pages,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, files: Files) -> Self {
        let catalog = Catalog::new(aws.dynamodb(), &config.catalog_table);
        let products = Products::new(aws.dynamodb(), &config.products_table);
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            assortments: Assortments::new(catalog.clone(), products.clone()),
            pages: Pages::new(catalog.clone()),
            catalog,
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
            products,
            files,
            unknown: Unknown::default(),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_products::list_products))
        .routes(routes!(routes::show_product::show_product))
        .routes(routes!(routes::product_by_slug::product_by_slug))
        .routes(routes!(routes::list_variants::list_variants))
        .routes(routes!(routes::list_related::list_related))
        .routes(routes!(routes::list_categories::list_categories))
        .routes(routes!(routes::list_brands::list_brands))
        .routes(routes!(routes::show_picture::show_picture))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
