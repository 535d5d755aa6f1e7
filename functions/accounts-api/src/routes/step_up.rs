use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Current, InPerson, Person, Problem};
use sipstr_identity::{AccessToken, Identity, PASSWORD, password};
use sipstr_storage::accounts::Account;

use super::second_factor::TypedFactor;
use sipstr_runtime::take;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepUp {
    #[schema(format = Password)]
    pub password: Option<String>,
    pub factor: Option<TypedFactor>,
}

/// Proves once more who one is: for changes of credentials, roles and payout data, which ask for a proof of the last five
/// minutes.
///
/// An account with a second factor takes that one (alone, where the session began with the password; a passkey at
/// `POST /v1/auth/step-up/passkey`), any other its password. The access token in the answer replaces the present one; the session goes on.
#[utoipa::path(
    post, path = "/v1/auth/step-up", tag = "Sign-in", operation_id = "stepUp",
    request_body = StepUp,
    responses(
        (status = 200, body = AccessToken),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `proof_missing`"),
        (status = 401, body = ProblemBody, description = "`invalid_credentials`, `invalid_second_factor`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn step_up(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(identity): State<Identity>,
    visitor: Visitor,
    Body(proof): Body<StepUp>,
) -> ApiResult<Json<AccessToken>> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let proved = prove(&identity, &account, proof, &visitor).await?;
    identity.step_up(&person, &account, &proved, &visitor, Vec::new()).await.map(Json)
}

async fn prove(identity: &Identity, account: &Account, proof: StepUp, visitor: &Visitor) -> ApiResult<Vec<Method>> {
    let mut proved = Vec::new();
    if let Some(typed) = proof.password {
        take(&identity.limits, PASSWORD, account.email.as_str(), identity.clock.now()).await?;
        let right = password::is_right(&typed, account.password_hash.as_ref()).map_err(Problem::internal)?;
        if !right {
            let detail = "this is not the password";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "invalid_credentials", detail));
        }
        identity.limits.fill_now(PASSWORD, account.email.as_str()).await?;
        proved.push(Method::Password);
    }
    if let Some(factor) = &proof.factor {
        proved.push(identity.second_factor(account, factor.answer(), visitor).await?);
    }
    let second = proved.iter().any(|method| matches!(method, Method::Totp | Method::RecoveryCode));
    let enough = if account.second_factors.is_empty() { !proved.is_empty() } else { second };
    if !enough {
        let detail =
            if account.second_factors.is_empty() { "the password is needed" } else { "the second factor is needed" };
        return Err(Problem::bad_request("proof_missing", detail));
    }
    Ok(proved)
}
