//! The books over HTTP: the log of transactions, what a store is owed, and the little that administration writes.
//!
//! Nothing here changes an entry. What is wrong is put right by another entry.

mod config;
mod routes;
mod shown;
mod who;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::books::Books;
use sipstr_storage::orders::Orders;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub accounts: Accounts,
    pub books: Books,
    pub orders: Orders,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access) -> Self {
        let db = aws.dynamodb();
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            accounts: Accounts::new(db.clone(), &config.accounts_table),
            books: Books::new(db.clone(), &config.books_table),
            orders: Orders::new(db.clone(), &config.orders_table),
            stores: Stores::new(db, &config.stores_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::list_transactions::list_transactions))
        .routes(routes!(routes::list_findings::list_findings))
        .routes(routes!(routes::write_entry::write_entry))
        .routes(routes!(routes::commission::show_commission, routes::commission::put_commission))
        .routes(routes!(routes::show_statement::show_statement))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
