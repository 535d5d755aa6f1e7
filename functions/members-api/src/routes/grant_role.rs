use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_domain::account::Role;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, Body, PathOf, Problem, Recent};
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::powers::Power;

use super::show_account::SupportView;
use crate::reason::AuditReason;
use crate::who::{account, changed_meanwhile, not_oneself, powerful};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleGrant {
    pub role: Role,
    pub reason: AuditReason,
}

/// Gives somebody a role. Staff of a store comes through its invitations only. A repeated request answers the same.
#[utoipa::path(
    post, path = "/v1/accounts/{userId}/roles", tag = "Accounts", operation_id = "grantRole",
    params(("userId" = String, Path)),
    request_body = RoleGrant,
    responses(
        (status = 200, body = SupportView),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `own_account`, `step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn grant_role(
    Recent(Admin(admin)): Recent<Admin>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
    Body(grant): Body<RoleGrant>,
) -> ApiResult<Json<SupportView>> {
    not_of_a_store(grant.role, "/role")?;
    not_oneself(&admin, &id)?;
    let mut account = account(&state.accounts, &id).await?;
    if account.roles.contains(&grant.role) {
        return Ok(Json(account.into()));
    }
    let mut roles = account.roles.clone();
    roles.push(grant.role);
    let event = SecurityEvent::new(&id, SecurityEventKind::RoleGranted, state.clock.now());
    let event = state.audit.entry(&event.by(admin.id(), grant.reason.as_str()))?;
    let with = vec![event, state.accounts.still(&powerful(&admin))];
    if !state.accounts.set_roles(&account, &roles, Power::Gained, with).await? {
        return Err(changed_meanwhile());
    }
    account.roles = roles;
    Ok(Json(account.into()))
}

/// Who is staff, and where, is for the stores to say.
pub fn not_of_a_store(role: Role, pointer: &str) -> ApiResult<()> {
    match role {
        Role::StoreStaff => Err(Problem::invalid(pointer, "is given and taken by the stores")),
        _ => Ok(()),
    }
}
