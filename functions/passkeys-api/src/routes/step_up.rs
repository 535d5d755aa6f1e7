use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Current, InPerson, Person};
use sipstr_identity::AccessToken;
use sipstr_storage::ceremonies::Purpose;
use sipstr_webauthn::AuthenticationResponse;

use super::{account_of, no_passkey};
use crate::ceremony::PasskeyQuestion;

/// Begins to prove once more who one is, with a passkey.
#[utoipa::path(
    post, path = "/v1/auth/step-up/passkey/options", tag = "Sign-in", operation_id = "askForPasskeyToStepUp",
    responses(
        (status = 201, body = PasskeyQuestion),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`no_passkey`"),
    ),
    security(("bearer" = []))
)]
pub async fn ask_for_passkey_to_step_up(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(state): State<crate::State>,
) -> ApiResult<(StatusCode, Json<PasskeyQuestion>)> {
    let account = account_of(&state.identity, &person).await?;
    let passkeys = state.identity.accounts.passkeys(&account.id).await?;
    if passkeys.is_empty() {
        return Err(no_passkey());
    }
    Ok((StatusCode::CREATED, Json(state.ask(Purpose::StepUp, Some(&account), &passkeys).await?)))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeyStepUp {
    /// From `PublicKeyCredential.toJSON`.
    pub credential: AuthenticationResponse,
}

/// Proves once more who one is, with a passkey: for changes of credentials, roles and payout data, which ask for a proof of the
/// last five minutes. The access token in the answer replaces the present one; the session goes on.
#[utoipa::path(
    post, path = "/v1/auth/step-up/passkey", tag = "Sign-in", operation_id = "stepUpWithPasskey",
    request_body = PasskeyStepUp,
    responses(
        (status = 200, body = AccessToken),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_passkey`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn step_up_with_passkey(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(answer): Body<PasskeyStepUp>,
) -> ApiResult<Json<AccessToken>> {
    let account = account_of(&state.identity, &person).await?;
    let proved = state.prove(Purpose::StepUp, Some(&account), &answer.credential, &visitor).await?;
    let token = state.identity.step_up(&person, &proved.account, &[Method::Passkey], &visitor, proved.also).await?;
    Ok(Json(token))
}
