use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Person, Problem, Recent};
use sipstr_identity::{MAILED_CODE, is_due, new_code};
use sipstr_storage::accounts::EmailChange;

use super::register::CodeSent;
use sipstr_runtime::take;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEmail {
    #[schema(format = Email)]
    pub email: Email,
}

/// Mails a code to a new address; the old one stays until the code comes back, and is told of the wish.
///
/// Whether somebody else uses the new address does not show here.
#[utoipa::path(
    post, path = "/v1/me/email", tag = "Account", operation_id = "changeEmail",
    request_body = NewEmail,
    responses(
        (status = 202, body = CodeSent),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn change_email(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<NewEmail>,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    if wish.email == account.email {
        return Err(Problem::invalid("/email", "is your address already"));
    }
    take(&identity.limits, MAILED_CODE, wish.email.as_str(), now).await?;
    take(&identity.limits, MAILED_CODE, account.id.as_str(), now).await?;
    let open = account.email_change.as_ref();
    let same = open.is_some_and(|open| open.to == wish.email);
    if !same || is_due(open.map(|open| &open.code), now) {
        let replaces = open.map(|open| open.code.nonce.as_str());
        let change = EmailChange { to: wish.email, code: new_code(now) };
        if identity.accounts.issue_email_change(&account.id, &change, replaces).await? {
            let event = identity.event(&account.id, SecurityEventKind::EmailChangeRequested, &visitor);
            identity.audit.note(&event).await?;
        }
    }
    Ok(CodeSent::accepted())
}
