use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::UserId;
use sipstr_domain::account::{Email, Membership, PersonName, Phone, Role};
use sipstr_domain::security::SecondFactor;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, Office, PathOf};
use sipstr_storage::accounts::Account;

use crate::who::account;

/// An account as support sees it: nothing that opens it, and no birthday.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportView {
    pub id: UserId,
    #[schema(format = Email)]
    pub email: Email,
    pub email_verified: bool,
    pub name: PersonName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    pub roles: Vec<Role>,
    /// The stores whose staff the person belongs to.
    pub stores: Vec<Membership>,
    pub has_password: bool,
    pub second_factors: Vec<SecondFactor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Account> for SupportView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            email: account.email,
            email_verified: account.email_verified_at.is_some(),
            name: account.name,
            phone: account.phone,
            roles: account.roles,
            stores: account.memberships,
            has_password: account.password_hash.is_some(),
            second_factors: account.second_factors,
            disabled_at: account.disabled_at,
            created_at: account.created_at,
        }
    }
}

/// Somebody's account, for support and administration.
#[utoipa::path(
    get, path = "/v1/accounts/{userId}", tag = "Accounts", operation_id = "showAccount",
    params(("userId" = String, Path)),
    responses(
        (status = 200, body = SupportView),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn show_account(
    _: Current<Office>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
) -> ApiResult<Json<SupportView>> {
    Ok(Json(account(&state.accounts, &id).await?.into()))
}
