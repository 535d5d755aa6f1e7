use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::{Challenged, MAILED_CODE};
use sipstr_storage::codes::Purpose;

use super::register::CodeSent;
use crate::holder::Holder;
use sipstr_runtime::take;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeWish {
    #[schema(format = Email)]
    pub email: Email,
}

/// Mails a new code, which replaces the one before, at most once a minute and five times an hour.
///
/// The answer is the same for an address that nobody uses and for one that is proved already.
#[utoipa::path(
    post, path = "/v1/auth/verify-email/resend", tag = "Sign-in", operation_id = "resendCode",
    request_body = CodeWish,
    params(("Challenge-Response" = Option<String>, Header, description = "What the page was given for the challenge")),
    responses(
        (status = 202, body = CodeSent),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`challenge_required`, `challenge_failed`: where challenges are set; see Challenge-Response"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn resend_code(
    _: Public,
    _: Challenged,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<CodeWish>,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    send_code(&state, &visitor, &wish.email, Purpose::ProveEmail).await
}

/// Mails a code to who holds an address, and answers the same whether or not somebody does.
pub async fn send_code(
    state: &crate::State,
    visitor: &Visitor,
    email: &Email,
    purpose: Purpose,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    state.network_limit.take(&identity.limits, visitor, now).await?;
    take(&identity.limits, MAILED_CODE, email.as_str(), now).await?;
    let holder = Holder::find(&identity.accounts, email).await?;
    holder.issue_code_if_due(&identity.accounts, purpose, now).await?;
    Ok(CodeSent::accepted())
}
