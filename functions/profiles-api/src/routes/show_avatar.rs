use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::PictureId;
use sipstr_domain::picture::{PictureFault, PictureState, avatar_key};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Person, Problem};

/// One's picture, and what became of the newest file that was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Avatar {
    /// Where what is shown can be fetched, for five minutes; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Newest>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Newest {
    pub id: PictureId,
    pub state: PictureState,
    /// Why it is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<PictureFault>,
}

/// One's picture.
#[utoipa::path(
    get, path = "/v1/me/avatar", tag = "Account", operation_id = "showAvatar",
    responses((status = 200, body = Avatar), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_avatar(person: Person, State(state): State<crate::State>) -> ApiResult<Json<Avatar>> {
    let account = state.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let newest = state.accounts.newest_picture(person.id()).await?;
    let url = account.avatar.map(|id| state.files.link(&avatar_key(&id), None, state.clock.now()));
    let newest = newest.map(|picture| Newest { id: picture.id, state: picture.state, fault: picture.fault });
    Ok(Json(Avatar { url, newest }))
}
