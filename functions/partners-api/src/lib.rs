//! A store's partners over HTTP: where they are told, of what, under which key, and what became of each message.
//!
//! Nothing is sent here: `partners-on-event` writes messages, and `partners-deliver` sends them.

mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_outside::Reach;
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::partners::Partners;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub accounts: Accounts,
    pub clock: Clock,
    pub partners: Partners,
    pub reach: Reach,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            clock: Clock::system(),
            partners: Partners::new(aws.dynamodb(), &config.partners_table),
            reach: config.reach,
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::subscribe::subscribe, routes::look::list_webhooks))
        .routes(routes!(
            routes::look::show_webhook,
            routes::edit_webhook::put_webhook,
            routes::edit_webhook::delete_webhook
        ))
        .routes(routes!(routes::rotate_secret::rotate_webhook_secret))
        .routes(routes!(routes::ping::ping_webhook))
        .routes(routes!(routes::messages::list_webhook_messages))
        .routes(routes!(routes::messages::show_webhook_message))
        .routes(routes!(routes::messages::redeliver_webhook_message))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
