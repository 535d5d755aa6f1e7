//! Files of a store's assortment over HTTP, for its staff: they order an import or an export, follow it, and stop it.
//!
//! Nothing is read or written here but the order: `imports-run` does the work.

mod config;
mod routes;
mod view;

use axum::extract::FromRef;
use sipstr_files::Files;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::jobs::Jobs;
use sipstr_storage::limits::Limits;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub accounts: Accounts,
    pub clock: Clock,
    pub files: Files,
    pub jobs: Jobs,
    pub limits: Limits,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, files: Files) -> Self {
        let db = aws.dynamodb();
        Self {
            verifier: access.verifier,
            signer: access.signer,
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            clock: Clock::system(),
            files,
            jobs: Jobs::new(db.clone(), &config.jobs_table),
            limits: Limits::new(db, &config.limits_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::order_import::order_import, routes::list_jobs::list_imports))
        .routes(routes!(routes::show_job::show_import))
        .routes(routes!(routes::cancel_import::cancel_import))
        .routes(routes!(routes::order_export::order_export, routes::list_jobs::list_exports))
        .routes(routes!(routes::show_job::show_export))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
