use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Problem, Public};

use crate::ceremony::no_ceremony;
use crate::provider::{ProviderId, name_of_form};

/// What Apple posts. The form is Apple's, and grows as Apple likes.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PostedBack {
    pub state: String,
    pub code: Option<String>,
    /// Such as `user_cancelled_authorize`.
    pub error: Option<String>,
    /// JSON with the name, at the first sign-in only.
    pub user: Option<String>,
}

/// Takes the form that Apple sends the browser back with, and passes it on to the page that began the sign-in.
///
/// A form that another house sends brings no cookie of ours: who it is shows when the page finishes the sign-in with what it
/// gets here. Nothing is decided by this call.
#[utoipa::path(
    post, path = "/v1/auth/federation/callback", tag = "Sign-in", operation_id = "federationCallback",
    request_body(content = PostedBack, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "to the page, with `state` and `code`, or with `error`"),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_state`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn federation_callback(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    form: Result<Form<PostedBack>, FormRejection>,
) -> ApiResult<Response> {
    let Form(posted) = form.map_err(|rejection| Problem::invalid("", rejection.to_string()))?;
    let now = state.identity.clock.now();
    state.network_limit.take(&state.identity.limits, &visitor, now).await?;
    let name = posted.user.as_deref().and_then(name_of_form);
    let name = name.as_ref().map(|name| name.as_str());
    let ceremony = state.ceremonies.note_elsewhere(&posted.state, &ProviderId::Apple.to_string(), name, now).await?;
    let page = ceremony.ok_or_else(no_ceremony)?.return_to;
    let mut page = reqwest::Url::parse(&page).map_err(Problem::internal)?;
    let mut query = page.query_pairs_mut();
    query.append_pair("state", &posted.state);
    match (&posted.code, &posted.error) {
        (Some(code), _) => query.append_pair("code", code),
        (None, error) => query.append_pair("error", error.as_deref().unwrap_or("server_error")),
    };
    drop(query);
    Ok(Redirect::to(page.as_str()).into_response())
}
