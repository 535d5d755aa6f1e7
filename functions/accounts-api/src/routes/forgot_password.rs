use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::Challenged;
use sipstr_storage::codes::Purpose;

use super::register::CodeSent;
use super::resend_code::{CodeWish, send_code};

/// Mails a code with which a new password can be set, at most once a minute and five times an hour.
///
/// The answer is the same for an address that nobody uses, and takes as long.
#[utoipa::path(
    post, path = "/v1/auth/password/forgot", tag = "Sign-in", operation_id = "forgotPassword",
    request_body = CodeWish,
    params(("Challenge-Response" = Option<String>, Header, description = "What the page was given for the challenge")),
    responses(
        (status = 202, body = CodeSent),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`challenge_required`, `challenge_failed`: where challenges are set; see Challenge-Response"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn forgot_password(
    _: Public,
    _: Challenged,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<CodeWish>,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    send_code(&state, &visitor, &wish.email, Purpose::ResetPassword).await
}
