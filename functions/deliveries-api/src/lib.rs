//! Deliveries over HTTP: who brings what, and what happened at the door.
//!
//! A courier sees their own deliveries, a store its own, and neither learns where a customer lives once a delivery is over.
//! Nothing is handed over unless the person at the door is sober, has shown an ID, is the one it names, and is of age.

mod config;
mod routes;
mod view;
mod who;

use axum::extract::FromRef;
use sipstr_domain::compliance::LocalClock;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::dispatch::Dispatch;
use sipstr_storage::orders::Orders;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub local_clock: LocalClock,
    pub dispatch: Dispatch,
    pub orders: Orders,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            local_clock: config.local_clock,
            dispatch: Dispatch::new(aws.dynamodb(), &config.deliveries_table, &config.couriers_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_deliveries::list_deliveries))
        .routes(routes!(routes::get_delivery::get_delivery))
        .routes(routes!(routes::assign_delivery::assign_delivery))
        .routes(routes!(routes::pick_up::pick_up_delivery))
        .routes(routes!(routes::hand_over::hand_over_delivery))
        .routes(routes!(routes::refuse::refuse_delivery))
        .routes(routes!(routes::return_delivery::return_delivery))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
