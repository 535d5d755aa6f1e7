use axum::extract::State;
use http::StatusCode;
use sipstr_domain::picture::avatar_key;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, InPerson, Person, Problem};

/// Removes one's picture, and its file. A repeated request answers the same.
#[utoipa::path(
    delete, path = "/v1/me/avatar", tag = "Account", operation_id = "removeAvatar",
    responses(
        (status = 204, description = "removed, now or before"),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_avatar(
    InPerson(person): InPerson<Person>,
    State(state): State<crate::State>,
) -> ApiResult<StatusCode> {
    let account = state.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let Some(shown) = &account.avatar else { return Ok(StatusCode::NO_CONTENT) };
    if !state.accounts.hide_picture(&account).await? {
        return Err(Problem::conflict("account_changed", "another picture is shown since: please look again"));
    }
    state.files.delete(&avatar_key(shown)).await.map_err(Problem::internal)?;
    state.accounts.forget_picture(person.id(), shown).await?;
    Ok(StatusCode::NO_CONTENT)
}
