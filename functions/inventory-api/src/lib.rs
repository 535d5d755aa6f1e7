//! A store's stock over HTTP: what stands on the shelves, the ledger of why it changed otherwise than by
//! an order, goods on their way between stores, and the mending of books that do not close.

mod begin;
mod config;
mod routes;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub accounts: Accounts,
    pub clock: Clock,
    pub inventory: Inventory,
    pub catalog: Catalog,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            clock: Clock::system(),
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
            catalog: Catalog::new(aws.dynamodb(), &config.catalog_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_stock::list_stock))
        .routes(routes!(routes::adjust_stock::adjust_stock))
        .routes(routes!(routes::count_stock::count_stock))
        .routes(routes!(routes::list_movements::list_movements))
        .routes(routes!(routes::put_buckets::put_buckets))
        .routes(routes!(routes::transfers::list_transfers, routes::send_transfer::send_transfer))
        .routes(routes!(routes::transfers::show_transfer))
        .routes(routes!(routes::end_transfer::receive_transfer))
        .routes(routes!(routes::end_transfer::cancel_transfer))
        .routes(routes!(routes::drifts::list_drifts))
        .routes(routes!(routes::drifts::repair_stock))
        .routes(routes!(routes::lots::list_lots))
        .routes(routes!(routes::lots::pick_lots))
        .routes(routes!(routes::correct_lot::correct_lot))
        .routes(routes!(routes::settings::show_settings, routes::settings::put_settings))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
