use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Person, Problem, Recent};
use sipstr_identity::{Identity, RecoveryCodes};

use super::enable_totp::RecoveryCodeList;

/// Replaces all recovery codes: the old ones count no more.
#[utoipa::path(
    post, path = "/v1/me/second-factors/recovery-codes", tag = "Account", operation_id = "newRecoveryCodes",
    responses(
        (status = 201, body = RecoveryCodeList),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`no_second_factor`"),
    ),
    security(("bearer" = []))
)]
pub async fn new_recovery_codes(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
    visitor: Visitor,
) -> ApiResult<(StatusCode, Json<RecoveryCodeList>)> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    if account.second_factors.is_empty() {
        return Err(Problem::conflict("no_second_factor", "there is no second factor to recover"));
    }
    let codes = RecoveryCodes::new();
    let event = identity.event(&account.id, SecurityEventKind::RecoveryCodesMade, &visitor);
    let event = identity.audit.entry(&event)?;
    identity.accounts.set_recovery_codes(&account.id, &codes.hashes(&identity.signer, &account.id), event).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodeList { recovery_codes: codes.shown() })))
}
