use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Person, Problem, Recent};
use sipstr_storage::accounts::Account;
use sipstr_storage::ceremonies::Purpose;
use sipstr_webauthn::{AttestationOptions, Base64Url, UserEntity};

use super::account_of;
use crate::ceremony::descriptors;

/// More than anybody has devices; a list that long is no list of one's own any more.
pub const MOST: usize = 20;

/// What a browser makes a passkey of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyOffer {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`.
    pub public_key: AttestationOptions,
    /// Seconds to answer.
    #[schema(example = 330)]
    pub expires_in: i64,
}

/// Begins with a new passkey; `POST /v1/me/passkeys` ends it. The authenticator must verify its holder, and keep the key so that
/// it is found without a name. Devices that hold a passkey of the account are excluded.
///
/// Only for who has proved their e-mail address: whoever registered it before its owner did must not keep a way in.
#[utoipa::path(
    post, path = "/v1/me/passkeys/options", tag = "Account", operation_id = "offerPasskey",
    responses(
        (status = 201, body = PasskeyOffer),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`too_many_passkeys`, `email_not_verified`"),
    ),
    security(("bearer" = []))
)]
pub async fn offer_passkey(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
) -> ApiResult<(StatusCode, Json<PasskeyOffer>)> {
    let account = account_of(&state.identity, &person).await?;
    refuse_unproved(&account)?;
    let passkeys = state.identity.accounts.passkeys(person.id()).await?;
    refuse_too_many(passkeys.len())?;
    let (challenge, expires_in) = state.challenge(Purpose::Registration, Some(&account)).await?;
    let user = UserEntity {
        id: Base64Url(account.id.as_str().as_bytes().to_vec()),
        name: account.email.as_str().to_owned(),
        display_name: account.name.as_str().to_owned(),
    };
    let public_key = state.party.attestation_options(user, challenge, descriptors(&passkeys));
    Ok((StatusCode::CREATED, Json(PasskeyOffer { public_key, expires_in })))
}

pub fn refuse_unproved(account: &Account) -> ApiResult<()> {
    if account.email_verified_at.is_none() {
        return Err(Problem::conflict("email_not_verified", "please prove your e-mail address first"));
    }
    Ok(())
}

pub fn refuse_too_many(have: usize) -> ApiResult<()> {
    if have >= MOST {
        return Err(Problem::conflict("too_many_passkeys", format!("an account has at most {MOST} passkeys")));
    }
    Ok(())
}
