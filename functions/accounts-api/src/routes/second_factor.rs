use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::{Answer, Carrier, Identity, SignedIn};

/// A second factor that is typed.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TypedFactor {
    /// Six digits of the authenticator.
    #[schema(example = "042137")]
    Totp(String),
    /// `ABCD-EFGH-JKMN`; good once.
    RecoveryCode(String),
}

impl TypedFactor {
    pub fn answer(&self) -> Answer<'_> {
        match self {
            Self::Totp(code) => Answer::Totp(code),
            Self::RecoveryCode(code) => Answer::RecoveryCode(code),
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecondStep {
    /// From the answer to the first factor.
    pub second_factor_token: String,
    pub factor: TypedFactor,
    /// Ask for no second factor on this device for 30 days: the answer's header `X-Device-Token` is what the next login sends.
    #[serde(default)]
    pub remember_device: bool,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// Ends a sign-in with the second factor.
///
/// Five guesses, then one every three minutes, counted before they are looked at; a code that was used is not taken again.
#[utoipa::path(
    post, path = "/v1/auth/second-factor", tag = "Sign-in", operation_id = "secondFactor",
    request_body = SecondStep,
    responses(
        (status = 200, body = SignedIn, headers(("x-device-token" = Option<String>, description = "where the device shall be remembered"))),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_second_factor`, `invalid_second_factor_token`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn second_factor(
    _: Public,
    State(identity): State<Identity>,
    visitor: Visitor,
    Body(step): Body<SecondStep>,
) -> ApiResult<Response> {
    let (pending, account) = identity.pending(&step.second_factor_token).await?;
    let method = identity.second_factor(&account, step.factor.answer(), &visitor).await?;
    let methods = pending.methods.into_iter().chain([method]).collect();
    let tokens = identity.start(&account, methods, &visitor, Vec::new()).await?;
    let response = SignedIn::Tokens(tokens).carried_by(step.refresh_in, StatusCode::OK);
    Ok(if step.remember_device { identity.remembering(&account, response) } else { response })
}
