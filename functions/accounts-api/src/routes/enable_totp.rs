use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Person, Problem, Recent};
use sipstr_identity::{Authenticator, Identity, RecoveryCodes};
use sipstr_storage::factors::Totp;
use sipstr_storage::limits::Limit;

use super::changed_meanwhile;
use sipstr_runtime::take;

/// Guesses at the first code of a new authenticator.
const FIRST_CODES: Limit = Limit { of: "first-totp", burst: 10, per: jiff::SignedDuration::from_mins(15) };

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstCode {
    #[schema(example = "042137")]
    pub code: String,
}

/// For the day the telephone is lost; shown once, each good once.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodeList {
    /// Empty where the account has codes already.
    #[schema(example = json!(["ABCD-EFGH-JKMN"]))]
    pub recovery_codes: Vec<String>,
}

/// Makes the offered secret the account's second factor, with the first code of the app. From then on every sign-in asks for
/// one. The first factor of an account comes with ten recovery codes.
#[utoipa::path(
    post, path = "/v1/me/second-factors/totp/confirm", tag = "Account", operation_id = "enableTotp",
    request_body = FirstCode,
    responses(
        (status = 200, body = RecoveryCodeList),
        (status = 400, body = ProblemBody, description = "`invalid_code`, `invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn enable_totp(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
    visitor: Visitor,
    Body(first): Body<FirstCode>,
) -> ApiResult<Json<RecoveryCodeList>> {
    let now = identity.clock.now();
    take(&identity.limits, FIRST_CODES, person.id().as_str(), now).await?;
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let factors = identity.accounts.factors(person.id()).await?;
    let wrong = || Problem::bad_request("invalid_code", "this code is not valid, or not any more");
    let pending = factors.pending_totp.filter(|pending| now < pending.expires_at).ok_or_else(wrong)?;
    let app = Authenticator::open(&identity.signer, &account.id, &pending.sealed_secret).map_err(Problem::internal)?;
    let last_step = app.step_of(&first.code, now).ok_or_else(wrong)?;
    let totp = Totp { sealed_secret: pending.sealed_secret.clone(), last_step, since: now };
    let codes = factors.recovery.is_empty().then(RecoveryCodes::new);
    let hashes = codes.as_ref().map(|codes| codes.hashes(&identity.signer, &account.id)).unwrap_or_default();
    let event = identity.event(&account.id, SecurityEventKind::TotpEnabled, &visitor);
    let event = identity.audit.entry(&event)?;
    if !identity.accounts.enable_totp(&account, &pending, &totp, &hashes, event).await? {
        return Err(changed_meanwhile());
    }
    Ok(Json(RecoveryCodeList { recovery_codes: codes.map(|codes| codes.shown()).unwrap_or_default() }))
}
