use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sipstr_domain::PasskeyId;
use sipstr_domain::account::PasskeyName;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Person, Problem, Recent};
use sipstr_identity::RecoveryCodes;
use sipstr_storage::accounts::Account;
use sipstr_storage::ceremonies::{Purpose, Subject};
use sipstr_storage::passkeys::{Passkey, PasskeyAdded};
use sipstr_webauthn::{NewCredential, Refusal, RegistrationResponse};

use super::offer::{refuse_too_many, refuse_unproved};
use super::{account_of, changed_meanwhile};
use crate::view::PasskeyView;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPasskey {
    pub name: PasskeyName,
    /// From `PublicKeyCredential.toJSON`.
    pub credential: RegistrationResponse,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddedPasskey {
    #[serde(flatten)]
    pub passkey: PasskeyView,
    /// For the day the device is lost; shown once, each good once. Empty where the account has codes already.
    #[schema(example = json!(["ABCD-EFGH-JKMN"]))]
    pub recovery_codes: Vec<String>,
}

/// Adds the passkey that a browser made of `POST /v1/me/passkeys/options`.
///
/// From then on it signs in alone, and who signs in with the password is asked for it. The first second factor of an account
/// comes with ten recovery codes.
#[utoipa::path(
    post, path = "/v1/me/passkeys", tag = "Account", operation_id = "addPasskey",
    request_body = NewPasskey,
    responses(
        (status = 201, body = AddedPasskey),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_passkey`"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody,
         description = "`account_changed`, `email_not_verified`, `passkey_in_use`, `too_many_passkeys`"),
    ),
    security(("bearer" = []))
)]
pub async fn add_passkey(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(new): Body<NewPasskey>,
) -> ApiResult<(StatusCode, Json<AddedPasskey>)> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    let account = account_of(identity, &person).await?;
    refuse_unproved(&account)?;
    let credential = registered(&state, &account, &new.credential).await?;
    // Both are read after the account, whose version the write asks for.
    let (passkeys, factors) =
        tokio::try_join!(identity.accounts.passkeys(&account.id), identity.accounts.factors(&account.id))?;
    refuse_too_many(passkeys.len())?;
    let passkey = Passkey {
        id: PasskeyId::new(),
        user_id: account.id.clone(),
        name: new.name,
        credential_id: credential.id.to_string(),
        public_key: credential.public_key.to_string(),
        sign_count: credential.sign_count,
        transports: credential.transports,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backed_up,
        created_at: now,
        last_used_at: None,
    };
    let codes = factors.recovery.is_empty().then(RecoveryCodes::new);
    let hashes = codes.as_ref().map(|codes| codes.hashes(&identity.signer, &account.id)).unwrap_or_default();
    let event = identity.event(&account.id, SecurityEventKind::PasskeyAdded, &visitor);
    match identity.accounts.add_passkey(&account, &passkey, &hashes, identity.audit.entry(&event)?).await? {
        PasskeyAdded::Done => {}
        PasskeyAdded::InUse => {
            return Err(Problem::conflict("passkey_in_use", "this passkey belongs to an account already"));
        }
        PasskeyAdded::Stale => return Err(changed_meanwhile()),
    }
    let recovery_codes = codes.map(|codes| codes.shown()).unwrap_or_default();
    Ok((StatusCode::CREATED, Json(AddedPasskey { passkey: passkey.into(), recovery_codes })))
}

/// The credential of a first answer to a question that was asked of this person as they are now.
async fn registered(
    state: &crate::State,
    account: &Account,
    answer: &RegistrationResponse,
) -> ApiResult<NewCredential> {
    let challenge = answer.challenge().map_err(unusable)?;
    let (subject, now) = (Subject::Person(account.id.clone()), state.identity.clock.now());
    let ceremony = state.ceremonies.take(challenge.as_slice(), Purpose::Registration, &subject, now).await?;
    if ceremony.is_none_or(|ceremony| ceremony.security_version != account.security_version) {
        return Err(Problem::bad_request("invalid_passkey", "this was not asked for, or too long ago: begin again"));
    }
    state.party.register(answer, |origin| state.origins.allow(origin)).map_err(unusable)
}

fn unusable(refusal: Refusal) -> Problem {
    Problem::bad_request("invalid_passkey", format!("this passkey cannot be used: {refusal}"))
}
