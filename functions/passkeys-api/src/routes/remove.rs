use axum::extract::State;
use http::StatusCode;
use sipstr_domain::PasskeyId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::ways_in::{WayIn, WaysIn};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, PathOf, Person, Problem, Recent};
use sipstr_identity::Identity;

use super::{account_of, changed_meanwhile};

/// Removes a passkey, unless it is the last way into the account. With the last one goes the second factor that it was, and
/// with the last second factor the recovery codes.
#[utoipa::path(
    delete, path = "/v1/me/passkeys/{passkeyId}", tag = "Account", operation_id = "removePasskey",
    params(("passkeyId" = PasskeyId, Path)),
    responses(
        (status = 204),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`last_way_in`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_passkey(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
    visitor: Visitor,
    PathOf(id): PathOf<PasskeyId>,
) -> ApiResult<StatusCode> {
    let account = account_of(&identity, &person).await?;
    // Read after the account, whose version the write asks for.
    let passkeys = identity.accounts.passkeys(person.id()).await?;
    let passkey = passkeys.iter().find(|passkey| passkey.id == id).ok_or_else(Problem::not_found)?;
    let ways = WaysIn { passkeys: passkeys.len(), ..account.ways_in() };
    let left = ways.without(WayIn::Passkey).map_err(|last| Problem::conflict("last_way_in", last.to_string()))?;
    let event = identity.event(&account.id, SecurityEventKind::PasskeyRemoved, &visitor);
    let event = identity.audit.entry(&event)?;
    if !identity.accounts.remove_passkey(&account, passkey, left.passkeys == 0, event).await? {
        return Err(changed_meanwhile());
    }
    Ok(StatusCode::NO_CONTENT)
}
