use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_storage::sessions::Sessions;

use crate::refresh_token::RefreshToken;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logout {
    pub refresh_token: String,
}

/// Ends the session of a refresh token; the same answer for one that is over, or never was. Access tokens that were issued
/// in it end by themselves within ten minutes.
#[utoipa::path(
    post, path = "/v1/auth/logout", tag = "Sign-in", operation_id = "logout",
    request_body = Logout,
    responses((status = 204), (status = 400, body = ProblemBody, description = "`invalid_request`"))
)]
pub async fn logout(_: Public, State(sessions): State<Sessions>, Body(wish): Body<Logout>) -> ApiResult<StatusCode> {
    if let Some(token) = RefreshToken::parse(&wish.refresh_token) {
        let session = sessions.get(&token.session).await?;
        let theirs = session.filter(|session| {
            let before = session.rotation.as_ref().map(|rotation| rotation.from_hash.as_str());
            token.has_hash(&session.token_hash) || before.is_some_and(|hash| token.has_hash(hash))
        });
        if let Some(session) = theirs {
            sessions.end(&session.id).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
