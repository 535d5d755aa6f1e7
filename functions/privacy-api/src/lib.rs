//! What is known of a person, over HTTP: they ask for a copy of it, fetch it, and ask to be forgotten.
//!
//! Nothing is made or erased here: a wish is written down, and `privacy-run` fulfils it.

mod config;
mod routes;

use axum::extract::FromRef;
use sipstr_files::Files;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::couriers::Couriers;
use sipstr_storage::limits::Limits;
use sipstr_storage::orders::Orders;
use sipstr_storage::sessions::Sessions;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    signer: Signer,
    clock: Clock,
    accounts: Accounts,
    sessions: Sessions,
    audit: Audit,
    couriers: Couriers,
    limits: Limits,
    orders: Orders,
    files: Files,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, files: Files) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            sessions: Sessions::new(aws.dynamodb(), &config.accounts_table),
            audit: Audit::new(aws.dynamodb(), &config.audit_table),
            couriers: Couriers::new(aws.dynamodb(), &config.couriers_table),
            limits: Limits::new(aws.dynamodb(), &config.limits_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            files,
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{ask_erasure, ask_export, cancel_erasure, fetch_export, list_exports, show_export, unsubscribe};
    OpenApiRouter::new()
        .routes(routes!(list_exports::list_exports, ask_export::ask_export))
        .routes(routes!(show_export::show_export))
        .routes(routes!(fetch_export::fetch_export))
        .routes(routes!(unsubscribe::ask_unsubscribe, unsubscribe::unsubscribe))
        .routes(routes!(ask_erasure::ask_erasure))
        .routes(routes!(cancel_erasure::cancel_erasure))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
