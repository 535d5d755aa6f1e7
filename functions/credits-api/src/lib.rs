//! Store credit and gift cards over HTTP: given by support, redeemed by whoever has a code, read with their entries.

mod cards;
mod config;
mod routes;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::books::Books;
use sipstr_storage::credits::Credits;
use sipstr_storage::limits::Limits;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    pub verifier: Verifier,
    pub signer: Signer,
    pub clock: Clock,
    pub accounts: Accounts,
    pub books: Books,
    pub credits: Credits,
    pub limits: Limits,
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
            credits: Credits::new(db.clone(), &config.credits_table),
            limits: Limits::new(db, &config.limits_table),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::my_credit::my_credit))
        .routes(routes!(routes::my_entries::my_entries))
        .routes(routes!(routes::redeem::redeem))
        .routes(routes!(routes::card_balance::card_balance))
        .routes(routes!(routes::issue_card::issue_card))
        .routes(routes!(routes::cash_out::cash_out))
        .routes(routes!(routes::give_credit::give_credit, routes::show_credit::show_credit))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
