use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::NewPassword;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Person, Problem, Recent};

use super::{changed_meanwhile, hash_for};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = Password, min_length = 15, max_length = 128)]
    pub password: NewPassword,
}

/// Sets another password, or a first one where the account has none. Every other session ends at once.
#[utoipa::path(
    put, path = "/v1/me/password", tag = "Account", operation_id = "changePassword",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "the access token counts no more where standing is asked for: refresh it"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_password(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(change): Body<PasswordChange>,
) -> ApiResult<StatusCode> {
    let identity = &state.identity;
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let session = person.claims.sid.parse().map_err(|_| Problem::unauthenticated())?;
    let hash = hash_for(&account, change.password, &state.breaches, "/password").await?;
    let event = identity.event(&account.id, SecurityEventKind::PasswordChanged, &visitor);
    let event = identity.audit.entry(&event)?;
    if !identity.accounts.change_password(&account, &hash, &session, event).await? {
        return Err(changed_meanwhile());
    }
    identity.sessions.end_others(&account.id, Some(&session)).await?;
    Ok(StatusCode::NO_CONTENT)
}
