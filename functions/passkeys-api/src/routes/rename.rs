use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::PasskeyId;
use sipstr_domain::account::PasskeyName;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, PathOf, Person, Problem};
use sipstr_identity::Identity;

use crate::view::PasskeyView;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeyChange {
    pub name: PasskeyName,
}

/// Calls a passkey something else.
#[utoipa::path(
    patch, path = "/v1/me/passkeys/{passkeyId}", tag = "Account", operation_id = "renamePasskey",
    params(("passkeyId" = PasskeyId, Path)),
    request_body = PasskeyChange,
    responses(
        (status = 200, body = PasskeyView),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn rename_passkey(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(identity): State<Identity>,
    PathOf(id): PathOf<PasskeyId>,
    Body(change): Body<PasskeyChange>,
) -> ApiResult<Json<PasskeyView>> {
    let renamed = identity.accounts.rename_passkey(person.id(), &id, &change.name).await?;
    renamed.map(|passkey| Json(passkey.into())).ok_or_else(Problem::not_found)
}
