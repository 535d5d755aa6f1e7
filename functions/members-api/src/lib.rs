//! Who may do what, over HTTP: a store's staff invites and removes its members; administration gives roles and takes them;
//! support looks into accounts, disables them, and acts for a person for a quarter of an hour.
//!
//! Each change is one transaction with its security event, and with the check that who makes it still may. Where somebody
//! loses power, the account's security version moves on: sessions end, and tokens count no more where standing is asked for.

mod config;
mod reason;
mod routes;
mod who;

use axum::extract::FromRef;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_identity::{Issuer, SigningKey};
use sipstr_runtime::{Access, Aws, Clock, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::limits::Limits;
use sipstr_storage::members::Members;
use sipstr_storage::sessions::Sessions;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    signer: Signer,
    issuer: Issuer,
    clock: Clock,
    accounts: Accounts,
    members: Members,
    sessions: Sessions,
    audit: Audit,
    limits: Limits,
}

impl State {
    /// Fails where the signing key does not fit the published keys: nobody could use a token of it.
    pub fn new(config: &Config, aws: &Aws, access: Access, key: &SigningKey) -> Result<Self, Error> {
        let issuer = Issuer::new(key, &config.issuer, &config.audience)?;
        issuer.check(&access.verifier)?;
        Ok(Self {
            verifier: access.verifier,
            signer: access.signer,
            issuer,
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            members: Members::new(aws.dynamodb(), &config.accounts_table, &config.stores_table),
            sessions: Sessions::new(aws.dynamodb(), &config.accounts_table),
            audit: Audit::new(aws.dynamodb(), &config.audit_table),
            limits: Limits::new(aws.dynamodb(), &config.limits_table),
        })
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    staff().merge(accounts())
}

/// Who belongs to a store.
fn staff() -> OpenApiRouter<State> {
    use routes::withdraw_invitation;
    use routes::{accept_invitation, change_member, invite, list_invitations, list_members, remove_member};
    OpenApiRouter::new()
        .routes(routes!(invite::invite, list_invitations::list_invitations))
        .routes(routes!(withdraw_invitation::withdraw_invitation))
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(list_members::list_members))
        .routes(routes!(change_member::change_member, remove_member::remove_member))
}

/// Other people's accounts.
fn accounts() -> OpenApiRouter<State> {
    use routes::show_account;
    use routes::{disable_account, enable_account, grant_role, impersonate, list_account_events, revoke_role};
    OpenApiRouter::new()
        .routes(routes!(show_account::show_account))
        .routes(routes!(grant_role::grant_role))
        .routes(routes!(revoke_role::revoke_role))
        .routes(routes!(disable_account::disable_account))
        .routes(routes!(enable_account::enable_account))
        .routes(routes!(list_account_events::list_account_events))
        .routes(routes!(impersonate::impersonate))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
