use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Problem, Public, erasure_of};
use sipstr_storage::audit::SecurityEvent;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenBack {
    /// From the mail.
    pub token: String,
}

/// Takes back the wish to be forgotten, with the token of the mail. One signs in again afterwards.
#[utoipa::path(
    post, path = "/v1/erasures/cancel", tag = "Privacy", operation_id = "cancelErasure",
    request_body = TakenBack,
    responses(
        (status = 204, description = "the account stays"),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_token`: not made here, used, or too late"),
    )
)]
pub async fn cancel_erasure(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(TakenBack { token }): Body<TakenBack>,
) -> ApiResult<StatusCode> {
    let invalid = || Problem::bad_request("invalid_token", "this token is not good, or not any more");
    let (user, version) = erasure_of(&state.signer, &token).ok_or_else(invalid)?;
    let account = state.accounts.get(&user).await?.ok_or_else(invalid)?;
    let now = state.clock.now();
    // From its time on the erasure may be under way: what it has taken nobody brings back.
    if account.security_version != version || account.erasure_due_at.is_none_or(|due| now >= due) {
        return Err(invalid());
    }
    let mut event = SecurityEvent::new(&user, SecurityEventKind::ErasureCancelled, now);
    (event.device, event.network) = (Some(visitor.device.clone()), visitor.network.clone());
    match state.accounts.cancel_erasure(&account, state.audit.entry(&event)?).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(invalid()),
    }
}
