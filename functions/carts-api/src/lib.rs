//! Carts over HTTP, of customers and of guests, lists and links, and the quote that explains itself.
//!
//! A cart holds wishes; what it keeps of prices is what was last seen. It is priced anew on every read, and so is the quote, which
//! ends in a signed token that can be ordered.

mod config;
mod desk;
mod guest;
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
use sipstr_storage::orders::Orders;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;
use desk::Desk;

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
    pub orders: Orders,
    pub desk: Desk,
    /// Guests' carts that one network may begin in a quarter of an hour.
    #[from_ref(skip)]
    pub guest_carts: u32,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let db = aws.dynamodb();
        let checkout = Checkout {
            db: db.clone(),
            accounts_table: config.accounts_table.clone(),
            stores_table: config.stores_table.clone(),
            catalog_table: config.catalog_table.clone(),
            inventory_table: config.inventory_table.clone(),
            promotions_table: config.promotions_table.clone(),
            credits_table: Some(config.credits_table.clone()),
            orders_table: Some(config.orders_table.clone()),
        };
        let carts = Carts::new(db.clone(), &config.carts_table);
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            local_clock: config.local_clock,
            catalog: Catalog::new(db.clone(), &config.catalog_table),
            stores: Stores::new(db.clone(), &config.stores_table),
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            limits: Limits::new(db.clone(), &config.limits_table),
            orders: Orders::new(db, &config.orders_table),
            desk: Desk {
                carts: carts.clone(),
                checkout: checkout.clone(),
                clock: Clock::system(),
                local_clock: config.local_clock,
            },
            guest_carts: config.guest_carts,
            carts,
            checkout,
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::get_cart::get_cart, routes::put_cart::put_cart))
        .routes(routes!(routes::put_item::put_item, routes::delete_item::delete_item))
        .routes(routes!(routes::quote_cart::quote_cart))
        .routes(routes!(routes::acknowledge::acknowledge))
        .routes(routes!(routes::carts::list_carts))
        .routes(routes!(routes::carts::remove_cart))
        .routes(routes!(routes::merge::merge_cart))
        .routes(routes!(routes::reorder::reorder))
        .routes(routes!(routes::guest_cart::begin_guest_cart))
        .routes(routes!(
            routes::guest_cart::show_guest_cart,
            routes::guest_cart::put_guest_cart,
            routes::guest_cart::remove_guest_cart
        ))
        .routes(routes!(routes::guest_items::put_guest_item, routes::guest_items::delete_guest_item))
        .routes(routes!(routes::lists::list_lists, routes::lists::create_list))
        .routes(routes!(routes::lists::show_list, routes::lists::rename_list, routes::lists::remove_list))
        .routes(routes!(routes::list_items::put_list_item, routes::list_items::delete_list_item))
        .routes(routes!(routes::list_items::list_to_cart))
        .routes(routes!(routes::list_items::cart_to_list))
        .routes(routes!(routes::shares::share_cart, routes::shares::list_shares))
        .routes(routes!(routes::shares::revoke_share))
        .routes(routes!(routes::shared_cart::show_shared_cart))
        .routes(routes!(routes::shared_cart::copy_shared_cart))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
