//! The in-app inbox over HTTP: one's own notices, and which of them were read.

mod config;
mod notice_id;
mod routes;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::notifications::Notifications;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub notifications: Notifications,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            notifications: Notifications::new(aws.dynamodb(), &config.notifications_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_notifications::list_notifications))
        .routes(routes!(routes::mark_read::mark_read))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
