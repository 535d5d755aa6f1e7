use axum::extract::State;
use axum::response::Response;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};

use crate::ceremony::{FederationStart, FederationStarted};

/// Begins a sign-in with another identity provider: answers with the page to open.
///
/// State, nonce and the verifier of PKCE are kept here for ten minutes and used once; the secret binds them to the browser or
/// app that asks.
#[utoipa::path(
    post, path = "/v1/auth/federation/start", tag = "Sign-in", operation_id = "startFederation",
    request_body = FederationStart,
    responses(
        (status = 201, body = FederationStarted),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_redirect`"),
        (status = 404, body = ProblemBody, description = "this provider is not offered"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`provider_unavailable`"),
    )
)]
pub async fn start_federation(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<FederationStart>,
) -> ApiResult<Response> {
    state.network_limit.take(&state.identity.limits, &visitor, state.identity.clock.now()).await?;
    state.begin(&wish, None).await
}
