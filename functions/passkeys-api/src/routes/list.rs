use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, Person};
use sipstr_identity::Identity;

use crate::view::PasskeyView;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyList {
    pub items: Vec<PasskeyView>,
}

/// One's passkeys, oldest first.
#[utoipa::path(
    get, path = "/v1/me/passkeys", tag = "Account", operation_id = "listPasskeys",
    responses((status = 200, body = PasskeyList), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_passkeys(
    Current(person): Current<Person>,
    State(identity): State<Identity>,
) -> ApiResult<Json<PasskeyList>> {
    let passkeys = identity.accounts.passkeys(person.id()).await?;
    Ok(Json(PasskeyList { items: passkeys.into_iter().map(PasskeyView::from).collect() }))
}
