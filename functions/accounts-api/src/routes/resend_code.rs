use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_runtime::Clock;
use sipstr_storage::accounts::Accounts;

use super::register::CodeSent;
use crate::holder::Holder;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeWish {
    #[schema(format = Email)]
    pub email: Email,
}

/// Mails a new code, which replaces the one before, at most once a minute.
///
/// The answer is the same for an address that nobody uses and for one that is proved already.
#[utoipa::path(
    post, path = "/v1/auth/verify-email/resend", tag = "Sign-in", operation_id = "resendCode",
    request_body = CodeWish,
    responses((status = 202, body = CodeSent), (status = 400, body = ProblemBody, description = "`invalid_request`"))
)]
pub async fn resend_code(
    _: Public,
    State(accounts): State<Accounts>,
    State(clock): State<Clock>,
    Body(wish): Body<CodeWish>,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    let holder = Holder::find(&accounts, &wish.email).await?;
    holder.issue_code_if_due(&accounts, clock.now()).await?;
    Ok(CodeSent::accepted())
}
