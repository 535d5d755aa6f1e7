use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Problem, Public, Signer, verification_code};
use sipstr_runtime::Clock;
use sipstr_storage::accounts::{Account, Accounts};

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
    )
)]
pub async fn verify_email(
    _: Public,
    State(accounts): State<Accounts>,
    State(signer): State<Signer>,
    State(clock): State<Clock>,
    Body(proof): Body<Proof>,
) -> ApiResult<StatusCode> {
    let id = id_or_stand_in(&accounts, &proof.email).await?;
    let account = accounts.count_code_guess(&id, MOST_GUESSES).await?;
    let account = account.filter(|account| is_right(account, &proof.code, &signer, clock.now()));
    let nonce = account.as_ref().and_then(|account| account.verification.as_ref()).map(|code| code.nonce.as_str());
    let Some(nonce) = nonce else {
        return Err(Problem::bad_request("invalid_code", "this code is not valid, or not any more"));
    };
    accounts.verify_email(&id, nonce, clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_right(account: &Account, code: &str, signer: &Signer, now: Timestamp) -> bool {
    account.verification.as_ref().is_some_and(|open| {
        let expected = verification_code(signer, &account.id, open);
        now < open.expires_at && verify_slices_are_equal(code.as_bytes(), expected.as_bytes()).is_ok()
    })
}
