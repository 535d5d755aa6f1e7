use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::{Carrier, SignIn, SignedIn};
use sipstr_storage::ceremonies::Purpose;
use sipstr_webauthn::AuthenticationResponse;

use crate::ceremony::PasskeyQuestion;

/// Begins a sign-in without a name: the browser offers the passkeys that it has for us.
#[utoipa::path(
    post, path = "/v1/auth/passkey/options", tag = "Sign-in", operation_id = "askForPasskey",
    responses(
        (status = 201, body = PasskeyQuestion),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn ask_for_passkey(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
) -> ApiResult<(StatusCode, Json<PasskeyQuestion>)> {
    state.network_limit.take(&state.identity.limits, &visitor, state.identity.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(state.ask(Purpose::SignIn, None, &[]).await?)))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeySignIn {
    /// From `PublicKeyCredential.toJSON`.
    pub credential: AuthenticationResponse,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// Signs in with a passkey alone: it is two factors, the device and the PIN, finger or face of its holder.
///
/// Whatever is wrong with the answer, `invalid_passkey` is all that is said.
#[utoipa::path(
    post, path = "/v1/auth/passkey", tag = "Sign-in", operation_id = "signInWithPasskey",
    request_body = PasskeySignIn,
    responses(
        (status = 200, body = SignedIn),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_passkey`"),
        (status = 403, body = ProblemBody, description = "`account_disabled`"),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn sign_in_with_passkey(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(answer): Body<PasskeySignIn>,
) -> ApiResult<Response> {
    let now = state.identity.clock.now();
    let (_, proved) = tokio::try_join!(
        state.network_limit.take(&state.identity.limits, &visitor, now),
        state.prove(Purpose::SignIn, None, &answer.credential, &visitor),
    )?;
    let sign_in = SignIn {
        account: &proved.account,
        method: Method::Passkey,
        visitor: &visitor,
        device_token: None,
        also: proved.also,
    };
    Ok(state.identity.sign_in(sign_in).await?.carried_by(answer.refresh_in, StatusCode::OK))
}
