use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::account::{Email, PersonName, StoreRole};
use sipstr_domain::permission::Permission;
use sipstr_domain::{StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, StoreStaff};
use sipstr_storage::accounts::Account;

/// A member of a store's staff.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    pub user_id: UserId,
    pub name: PersonName,
    #[schema(format = Email)]
    pub email: Email,
    pub role: StoreRole,
    /// Whether the person cannot sign in at present.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

impl MemberView {
    pub fn of(account: Account, role: StoreRole) -> Self {
        Self {
            user_id: account.id,
            name: account.name,
            email: account.email,
            role,
            disabled: account.disabled_at.is_some(),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Members {
    pub items: Vec<MemberView>,
}

/// Everybody of a store's staff, for its owners.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/members", tag = "Staff", operation_id = "listMembers",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = Members),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
        (status = 404, body = ProblemBody, description = "not your store"),
    ),
    security(("bearer" = []))
)]
pub async fn list_members(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<Json<Members>> {
    staff.may(&store, Permission::ManageMembers)?;
    let staff = state.members.of_store(&store).await?;
    Ok(Json(Members { items: staff.into_iter().map(|(account, role)| MemberView::of(account, role)).collect() }))
}
