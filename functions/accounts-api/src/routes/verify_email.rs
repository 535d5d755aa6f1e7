use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_domain::account::Email;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Problem, Public, Signer, mailed_code};
use sipstr_identity::Identity;
use sipstr_storage::accounts::{Account, Verification};
use sipstr_storage::codes::Purpose;

use crate::holder::id_or_stand_in;

/// Guesses at one code; then a new one must be asked for.
const MOST_GUESSES: u32 = 5;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proof {
    #[schema(format = Email)]
    pub email: Email,
    #[schema(example = "042137")]
    pub code: String,
}

/// Proves an e-mail address by the code that was sent there.
///
/// Five guesses a code, each counted before it is looked at. A wrong code, an old one and an address that nobody uses
/// cannot be told apart. Access tokens say that the address is proved from the next refresh on.
#[utoipa::path(
    post, path = "/v1/auth/verify-email", tag = "Sign-in", operation_id = "verifyEmail",
    request_body = Proof,
    responses(
        (status = 204, description = "proved, now or before"),
        (status = 400, body = ProblemBody, description = "`invalid_code`, `invalid_request`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn verify_email(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(proof): Body<Proof>,
) -> ApiResult<StatusCode> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    state.network_limit.take(&identity.limits, &visitor, now).await?;
    let id = id_or_stand_in(&identity.accounts, &proof.email).await?;
    let (account, code) = right_code(identity, &id, Purpose::ProveEmail, &proof.code).await?;
    identity.accounts.verify_email(&account.id, &code.nonce, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts a guess at a mailed code and looks at it; the account and the code where it is right.
pub async fn right_code(
    identity: &Identity,
    id: &UserId,
    purpose: Purpose,
    typed: &str,
) -> ApiResult<(Account, Verification)> {
    let account = identity.accounts.count_code_guess(id, purpose, MOST_GUESSES).await?;
    let right = account.and_then(|account| {
        let code = purpose.of(&account)?.clone();
        is_right(&account.id, purpose, &code, typed, &identity.signer, identity.clock.now()).then_some((account, code))
    });
    right.ok_or_else(|| Problem::bad_request("invalid_code", "this code is not valid, or not any more"))
}

fn is_right(id: &UserId, purpose: Purpose, code: &Verification, typed: &str, signer: &Signer, now: Timestamp) -> bool {
    let expected = mailed_code(signer, purpose, id, code);
    now < code.expires_at && verify_slices_are_equal(typed.as_bytes(), expected.as_bytes()).is_ok()
}
