use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_domain::account::Role;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, PathOf, QueryOf, Recent};
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::powers::Power;

use super::grant_role::not_of_a_store;
use crate::reason::AuditReason;
use crate::who::{account, changed_meanwhile, not_oneself, powerful};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Why {
    pub reason: AuditReason,
}

/// Takes a role from somebody, who is signed out everywhere at once. A repeated request answers the same.
#[utoipa::path(
    delete, path = "/v1/accounts/{userId}/roles/{role}", tag = "Accounts", operation_id = "revokeRole",
    params(("userId" = String, Path), ("role" = Role, Path), Why),
    responses(
        (status = 204, description = "taken, now or before"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `own_account`, `step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn revoke_role(
    Recent(Admin(admin)): Recent<Admin>,
    State(state): State<crate::State>,
    PathOf((id, role)): PathOf<(UserId, Role)>,
    QueryOf(why): QueryOf<Why>,
) -> ApiResult<StatusCode> {
    not_of_a_store(role, "role")?;
    not_oneself(&admin, &id)?;
    let account = account(&state.accounts, &id).await?;
    if !account.roles.contains(&role) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let roles: Vec<Role> = account.roles.iter().copied().filter(|held| *held != role).collect();
    let event = SecurityEvent::new(&id, SecurityEventKind::RoleRevoked, state.clock.now());
    let event = state.audit.entry(&event.by(admin.id(), why.reason.as_str()))?;
    let with = vec![event, state.accounts.still(&powerful(&admin))];
    if !state.accounts.set_roles(&account, &roles, Power::Lost, with).await? {
        return Err(changed_meanwhile());
    }
    state.sessions.end_others(&id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
