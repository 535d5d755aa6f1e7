//! Promotions over HTTP: made, changed, tried out and ended, by a store for itself and by administration for all.

mod config;
mod routes;
mod view;
mod who;

use axum::extract::FromRef;
use sipstr_domain::compliance::LocalClock;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::checkout::Checkout;
use sipstr_storage::promotions::Promotions;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub local_clock: LocalClock,
    pub accounts: Accounts,
    pub stores: Stores,
    pub promotions: Promotions,
    pub checkout: Checkout,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let db = aws.dynamodb();
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            local_clock: config.local_clock,
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            stores: Stores::new(db.clone(), &config.stores_table),
            promotions: Promotions::new(db.clone(), &config.promotions_table),
            checkout: Checkout {
                db,
                accounts_table: config.accounts_table.clone(),
                stores_table: config.stores_table.clone(),
                catalog_table: config.catalog_table.clone(),
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: None,
                orders_table: None,
            },
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::create_promotion::create_promotion, routes::list_promotions::list_promotions))
        .routes(routes!(routes::dry_run::dry_run))
        .routes(routes!(routes::show_promotion::show_promotion, routes::change_promotion::change_promotion))
        .routes(routes!(routes::end_promotion::end_promotion))
        .routes(routes!(routes::export_codes::export_codes))
        .routes(routes!(routes::group_members::add_member, routes::group_members::remove_member))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
