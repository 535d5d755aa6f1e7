use axum::extract::State;
use axum::response::Response;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Person, Recent};

use crate::ceremony::{FederationStart, FederationStarted};

/// Begins to link another identity provider to one's account: answers with the page to open.
///
/// For who proved lately who they are by a way that the account has already.
#[utoipa::path(
    post, path = "/v1/me/links", tag = "Account", operation_id = "startLink",
    request_body = FederationStart,
    responses(
        (status = 201, body = FederationStarted),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_redirect`"),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 404, body = ProblemBody, description = "this provider is not offered"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`provider_unavailable`"),
    ),
    security(("bearer" = []))
)]
pub async fn start_link(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<FederationStart>,
) -> ApiResult<Response> {
    state.network_limit.take(&state.identity.limits, &visitor, state.identity.clock.now()).await?;
    state.begin(&wish, Some(person.id().clone())).await
}
