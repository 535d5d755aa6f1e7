//! Orders over HTTP: placed once however often the request comes, read by those whose they are, and moved on by the
//! customer and the store.

mod access;
mod config;
mod placing;
mod routes;
mod view;

use std::sync::Arc;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_payments::{PaymentProvider, Stripe, StripeKeys, StripeSettings};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::checkout::Checkout;
use sipstr_storage::orders::{GiveBack, Orders};
use sipstr_storage::placing::Placing;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;
use placing::{Cashier, Preferred};

#[derive(Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    signer: Signer,
    accounts: Accounts,
    audit: Audit,
    clock: Clock,
    orders: Orders,
    give_back: GiveBack,
    cashier: Arc<Cashier>,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, stripe: StripeKeys) -> Self {
        let settings = StripeSettings { base_url: config.stripe_url.clone(), ..StripeSettings::default() };
        let provider: Arc<dyn PaymentProvider> = Arc::new(Stripe::new(stripe, settings));
        let db = aws.dynamodb();
        let orders = Orders::new(db.clone(), &config.orders_table);
        let give_back = GiveBack {
            inventory_table: config.inventory_table.clone(),
            promotions_table: config.promotions_table.clone(),
            credits_table: config.credits_table.clone(),
        };
        let cashier = Cashier {
            orders: orders.clone(),
            give_back: give_back.clone(),
            checkout: Checkout {
                db: db.clone(),
                accounts_table: config.accounts_table.clone(),
                stores_table: config.stores_table.clone(),
                catalog_table: config.catalog_table.clone(),
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: Some(config.credits_table.clone()),
                orders_table: Some(config.orders_table.clone()),
            },
            placing: Placing {
                db: db.clone(),
                orders_table: config.orders_table.clone(),
                inventory_table: config.inventory_table.clone(),
                carts_table: config.carts_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: config.credits_table.clone(),
            },
            provider,
            payment_window: config.payment_window,
            local_clock: config.local_clock,
            preferred: Preferred::default(),
        };
        Self {
            verifier: access.verifier,
            signer: access.signer,
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            audit: Audit::new(db.clone(), &config.audit_table),
            clock: Clock::system(),
            orders,
            give_back,
            cashier: Arc::new(cashier),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::place_order::place_order, routes::list_orders::list_orders))
        .routes(routes!(routes::get_order::get_order))
        .routes(routes!(routes::cancel_order::cancel_order))
        .routes(routes!(routes::refund_lines::refund_lines))
        .routes(routes!(routes::list_store_orders::list_store_orders))
        .routes(routes!(routes::accept_order::accept_order))
        .routes(routes!(routes::reject_order::reject_order))
        .routes(routes!(routes::ready_order::ready_order))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
