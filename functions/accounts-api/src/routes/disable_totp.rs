use axum::extract::State;
use http::StatusCode;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Person, Problem, Recent};
use sipstr_identity::Identity;

/// Removes the authenticator; the recovery codes go with the last second factor.
#[utoipa::path(
    delete, path = "/v1/me/second-factors/totp", tag = "Account", operation_id = "disableTotp",
    responses(
        (status = 204),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn disable_totp(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
    visitor: Visitor,
) -> ApiResult<StatusCode> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let event = identity.event(&account.id, SecurityEventKind::TotpDisabled, &visitor);
    let event = identity.audit.entry(&event)?;
    if identity.accounts.disable_totp(&account, event).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
