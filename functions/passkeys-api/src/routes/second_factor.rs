use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::{Carrier, SignedIn};
use sipstr_storage::ceremonies::Purpose;
use sipstr_webauthn::AuthenticationResponse;

use super::no_passkey;
use crate::ceremony::PasskeyQuestion;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PendingPasskey {
    /// From the answer to the first factor.
    pub second_factor_token: String,
}

/// Begins with a passkey as the second factor, after the first: any of the account's is asked for.
#[utoipa::path(
    post, path = "/v1/auth/second-factor/passkey/options", tag = "Sign-in",
    operation_id = "askForPasskeyAsSecondFactor",
    request_body = PendingPasskey,
    responses(
        (status = 201, body = PasskeyQuestion),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_second_factor_token`"),
        (status = 409, body = ProblemBody, description = "`no_passkey`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn ask_for_passkey_as_second_factor(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(pending): Body<PendingPasskey>,
) -> ApiResult<(StatusCode, Json<PasskeyQuestion>)> {
    let identity = &state.identity;
    state.network_limit.take(&identity.limits, &visitor, identity.clock.now()).await?;
    let (_, account) = identity.pending(&pending.second_factor_token).await?;
    let passkeys = identity.accounts.passkeys(&account.id).await?;
    if passkeys.is_empty() {
        return Err(no_passkey());
    }
    Ok((StatusCode::CREATED, Json(state.ask(Purpose::SecondFactor, Some(&account), &passkeys).await?)))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeySecondStep {
    /// From the answer to the first factor.
    pub second_factor_token: String,
    /// From `PublicKeyCredential.toJSON`.
    pub credential: AuthenticationResponse,
    /// Ask for no second factor on this device for 30 days: the answer's header `X-Device-Token` is what the next login sends.
    #[serde(default)]
    pub remember_device: bool,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// Ends a sign-in with a passkey as the second factor.
#[utoipa::path(
    post, path = "/v1/auth/second-factor/passkey", tag = "Sign-in", operation_id = "secondFactorWithPasskey",
    request_body = PasskeySecondStep,
    responses(
        (status = 200, body = SignedIn, headers(("x-device-token" = Option<String>, description = "where the device shall be remembered"))),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_passkey`, `invalid_second_factor_token`"),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn second_factor_with_passkey(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(step): Body<PasskeySecondStep>,
) -> ApiResult<Response> {
    let identity = &state.identity;
    let (pending, account) = identity.pending(&step.second_factor_token).await?;
    let proved = state.prove(Purpose::SecondFactor, Some(&account), &step.credential, &visitor).await?;
    let methods = pending.methods.into_iter().chain([Method::Passkey]).collect();
    let tokens = identity.start(&proved.account, methods, &visitor, proved.also).await?;
    let response = SignedIn::Tokens(tokens).carried_by(step.refresh_in, StatusCode::OK);
    Ok(if step.remember_device { identity.remembering(&proved.account, response) } else { response })
}
