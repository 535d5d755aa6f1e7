use axum::extract::State;
use http::StatusCode;
use sipstr_domain::UserId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Office, PathOf, Recent};

use super::disable_account::{Because, set_disabled};

/// Enables an account again. Sessions of before stay ended. A repeated request answers the same.
#[utoipa::path(
    post, path = "/v1/accounts/{userId}/enable", tag = "Accounts", operation_id = "enableAccount",
    params(("userId" = String, Path)),
    request_body = Because,
    responses(
        (status = 204, description = "enabled, now or before"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `own_account`, `step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn enable_account(
    Recent(office): Recent<Office>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
    Body(because): Body<Because>,
) -> ApiResult<StatusCode> {
    set_disabled(&state, &office, &id, false, &because.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
