use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Current, InPerson, Person, Problem};
use sipstr_storage::codes::Purpose;
use sipstr_storage::credentials::EmailChanged;

use super::changed_meanwhile;
use super::verify_email::right_code;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEmailProof {
    #[schema(example = "042137")]
    pub code: String,
}

/// Moves the account to the new address with the code that was mailed there; both addresses are told.
#[utoipa::path(
    post, path = "/v1/me/email/confirm", tag = "Account", operation_id = "confirmEmail",
    request_body = NewEmailProof,
    responses(
        (status = 204),
        (status = 400, body = ProblemBody, description = "`invalid_code`, `invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`email_in_use`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn confirm_email(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(proof): Body<NewEmailProof>,
) -> ApiResult<StatusCode> {
    let identity = &state.identity;
    let (account, _) = right_code(identity, person.id(), Purpose::ChangeEmail, &proof.code).await?;
    let change = account.email_change.clone().ok_or_else(changed_meanwhile)?;
    let event = identity.event(&account.id, SecurityEventKind::EmailChanged, &visitor);
    let event = identity.audit.entry(&event)?;
    match identity.accounts.change_email(&account, &change, identity.clock.now(), event).await? {
        EmailChanged::Done => Ok(StatusCode::NO_CONTENT),
        // Told to nobody but who reads the mail of that address.
        EmailChanged::InUse => Err(Problem::conflict("email_in_use", "another account has this address")),
        EmailChanged::Stale => Err(changed_meanwhile()),
    }
}
