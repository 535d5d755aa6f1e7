use axum::extract::State;
use http::StatusCode;
use sipstr_domain::permission::Permission;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Recent, StoreStaff};
use sipstr_storage::members::role_in;

use super::change_member::{an_owner_stays, event};
use crate::who::{account, changed_meanwhile};

/// Removes a member, who is signed out everywhere at once; the last owner stays.
#[utoipa::path(
    delete, path = "/v1/stores/{storeId}/members/{userId}", tag = "Staff", operation_id = "removeMember",
    params(("storeId" = String, Path), ("userId" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store, or nobody of its staff"),
        (status = 409, body = ProblemBody, description = "`last_owner`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_member(
    Recent(staff): Recent<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, user)): PathOf<(StoreId, UserId)>,
) -> ApiResult<StatusCode> {
    staff.may(&store, Permission::ManageMembers)?;
    let account = account(&state.accounts, &user).await?;
    role_in(&account, &store).ok_or_else(Problem::not_found)?;
    let owner = an_owner_stays(&state, &staff.0, &account, &store).await?;
    let with = vec![event(&state, SecurityEventKind::RoleRevoked, &staff.0, &account, &store)?, owner];
    if !state.members.remove(&account, &store, with).await? {
        return Err(changed_meanwhile());
    }
    state.sessions.end_others(&account.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
