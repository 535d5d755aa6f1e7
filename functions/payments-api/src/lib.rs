//! An order's payment over HTTP: how it stands, how it came there, and what the customer's app needs to pay it.
//!
//! Nothing is moved here. Money moves because an order is placed, ends or is paid at the provider.

mod config;
mod routes;
mod view;

use std::sync::Arc;

use axum::extract::FromRef;
use sipstr_http::Verifier;
use sipstr_http::routes;
use sipstr_payments::{PaymentProvider, Stripe, StripeKeys, StripeSettings};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub clock: Clock,
    pub orders: Orders,
    pub payments: Payments,
    pub provider: Arc<dyn PaymentProvider>,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, stripe: StripeKeys) -> Self {
        let settings = StripeSettings { base_url: config.stripe_url.clone(), ..StripeSettings::default() };
        Self {
            verifier: access.verifier,
            clock: Clock::system(),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            provider: Arc::new(Stripe::new(stripe, settings)),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(routes::get_payment::get_payment))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
