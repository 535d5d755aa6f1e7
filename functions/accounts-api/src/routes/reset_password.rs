use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::{Email, NewPassword};
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_storage::codes::Purpose;

use super::verify_email::right_code;
use super::{changed_meanwhile, hash_for};
use crate::holder::id_or_stand_in;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reset {
    #[schema(format = Email)]
    pub email: Email,
    #[schema(example = "042137")]
    pub code: String,
    #[schema(format = Password, min_length = 15, max_length = 128)]
    pub password: NewPassword,
}

/// Sets a new password with the code that was mailed. Every session ends at once, and remembered devices are forgotten; a
/// second factor stays.
///
/// Five guesses a code, each counted before it is looked at.
#[utoipa::path(
    post, path = "/v1/auth/password/reset", tag = "Sign-in", operation_id = "resetPassword",
    request_body = Reset,
    responses(
        (status = 204),
        (status = 400, body = ProblemBody, description = "`invalid_code`, `invalid_request`"),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn reset_password(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(reset): Body<Reset>,
) -> ApiResult<StatusCode> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    state.network_limit.take(&identity.limits, &visitor, now).await?;
    let id = id_or_stand_in(&identity.accounts, &reset.email).await?;
    let (account, code) = right_code(identity, &id, Purpose::ResetPassword, &reset.code).await?;
    let hash = hash_for(&account, reset.password, &state.breaches, "/password").await?;
    let event = identity.event(&account.id, SecurityEventKind::PasswordReset, &visitor);
    let event = identity.audit.entry(&event)?;
    if !identity.accounts.reset_password(&account, &code.nonce, &hash, now, event).await? {
        return Err(changed_meanwhile());
    }
    identity.sessions.end_others(&account.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
