//! A customer's cart over HTTP, and the quote that explains itself.
//!
//! A cart holds wishes, no prices: the quote is made anew on every read, and ends in a signed token that can be ordered.

mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_domain::compliance::LocalClock;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::carts::Carts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::checkout::Checkout;
use sipstr_storage::limits::Limits;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub local_clock: LocalClock,
    pub carts: Carts,
    pub catalog: Catalog,
    pub stores: Stores,
    pub accounts: Accounts,
    pub checkout: Checkout,
    pub limits: Limits,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let db = aws.dynamodb();
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            local_clock: config.local_clock,
            carts: Carts::new(db.clone(), &config.carts_table),
            catalog: Catalog::new(db.clone(), &config.catalog_table),
            stores: Stores::new(db.clone(), &config.stores_table),
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            limits: Limits::new(db.clone(), &config.limits_table),
            checkout: Checkout {
                db,
                accounts_table: config.accounts_table.clone(),
                stores_table: config.stores_table.clone(),
                catalog_table: config.catalog_table.clone(),
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: Some(config.credits_table.clone()),
                orders_table: Some(config.orders_table.clone()),
            },
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::get_cart::get_cart, routes::put_cart::put_cart))
        .routes(routes!(routes::put_item::put_item, routes::delete_item::delete_item))
        .routes(routes!(routes::quote_cart::quote_cart))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
