use axum::extract::State;
use http::StatusCode;
use sipstr_domain::LinkId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::ways_in::WayIn;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, PathOf, Person, Problem, Recent};
use sipstr_identity::Identity;

use crate::staff::changed_meanwhile;

/// Takes an identity provider off one's account, which is told by mail. The last way in stays.
#[utoipa::path(
    delete, path = "/v1/me/links/{linkId}", tag = "Account", operation_id = "unlink",
    params(("linkId" = LinkId, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`last_way_in`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn unlink(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
    visitor: Visitor,
    PathOf(id): PathOf<LinkId>,
) -> ApiResult<StatusCode> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let links = identity.accounts.links(&account).await?;
    let link = links.into_iter().find(|link| link.id == id).ok_or_else(Problem::not_found)?;
    if account.ways_in().without(WayIn::Federated).is_err() {
        let detail = "nothing else lets you in: set a password by mail, or link another provider first";
        return Err(Problem::conflict("last_way_in", detail));
    }
    let event = identity.event(&account.id, SecurityEventKind::FederatedUnlinked, &visitor);
    if !identity.accounts.unlink(&account, &link, identity.audit.entry(&event)?).await? {
        return Err(changed_meanwhile());
    }
    Ok(StatusCode::NO_CONTENT)
}
