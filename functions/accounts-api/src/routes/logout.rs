use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, OptionalBody, Public};
use sipstr_identity::{Presented, RefreshToken, forgetting};

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logout {
    /// Absent where it is in the cookie.
    pub refresh_token: Option<String>,
}

/// Ends the session of a refresh token; the same answer for one that is over, or never was. Access tokens that were issued
/// in it end by themselves within ten minutes.
#[utoipa::path(
    post, path = "/v1/auth/logout", tag = "Sign-in", operation_id = "logout",
    request_body = Logout,
    responses(
        (status = 204),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`foreign_origin`"),
    )
)]
pub async fn logout(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    headers: HeaderMap,
    OptionalBody(wish): OptionalBody<Logout>,
) -> ApiResult<Response> {
    let identity = &state.identity;
    let presented = Presented::find(wish.refresh_token, &headers, &state.origins)?;
    if let Some(token) = presented.and_then(|presented| RefreshToken::parse(&presented.token)) {
        let session = identity.sessions.get(&token.user, &token.session).await?;
        let theirs = session.filter(|session| {
            let before = session.rotation.as_ref().map(|rotation| rotation.from_hash.as_str());
            token.has_hash(&session.token_hash) || before.is_some_and(|hash| token.has_hash(hash))
        });
        if let Some(session) = theirs
            && identity.sessions.end(&session.user_id, &session.id).await?
        {
            let event = identity.event(&session.user_id, SecurityEventKind::SessionEnded, &visitor);
            identity.audit.note(&event.of_session(&session.id)).await?;
        }
    }
    Ok(forgetting(StatusCode::NO_CONTENT))
}
