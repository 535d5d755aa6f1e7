//! What payment providers report of their own accord: verified over the raw bytes, then noted in the ledger, once however
//! often and in whatever order it comes. What the order makes of it follows from the ledger's stream.

mod config;
mod routes;

use std::sync::Arc;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_payments::{PaymentProvider, Stripe, StripeKeys, StripeSettings};
use sipstr_runtime::{Aws, Clock};
use sipstr_storage::payments::Payments;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Clone, FromRef)]
pub struct State {
    pub clock: Clock,
    pub payments: Payments,
    pub stripe: Arc<dyn PaymentProvider>,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, stripe: StripeKeys) -> Self {
        Self {
            clock: Clock::system(),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            stripe: Arc::new(Stripe::new(stripe, StripeSettings::default())),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(routes::receive_stripe::receive_stripe))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}

#[cfg(test)]
mod tests;
