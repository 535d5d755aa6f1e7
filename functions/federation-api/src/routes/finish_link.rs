use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use sipstr_domain::LinkId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Current, InPerson, Person, Problem};
use sipstr_storage::federation::{Known, Link};

use super::list_links::LinkView;
use crate::ceremony::FederationReturn;
use crate::staff::{changed_meanwhile, claimed};

/// More than anybody has.
const MOST_LINKS: usize = 10;

/// Links whom the provider vouches for to the account that began it, which is told by mail.
///
/// The same person linked again is no change. One who belongs to another account stays there.
#[utoipa::path(
    post, path = "/v1/me/links/finish", tag = "Account", operation_id = "finishLink",
    request_body = FederationReturn,
    responses(
        (status = 200, body = LinkView, description = "linked before"),
        (status = 201, body = LinkView),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_state`, `invalid_sign_in`"),
        (status = 403, body = ProblemBody, description = "`foreign_origin`, `foreign_email`"),
        (status = 409, body = ProblemBody, description = "`identity_in_use`, `too_many_links`, `account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`provider_unavailable`"),
    ),
    security(("bearer" = []))
)]
pub async fn finish_link(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(state): State<crate::State>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(back): Body<FederationReturn>,
) -> ApiResult<(StatusCode, Json<LinkView>)> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    state.network_limit.take(&identity.limits, &visitor, now).await?;
    let (found, vouched) = state.end(&back, &headers, Some(person.id())).await?;
    if let Some(sign_on) = &found.sign_on {
        // What the claim makes of somebody, the next sign-in does.
        claimed(sign_on, &vouched)?;
    }
    let leftover = match identity.accounts.known(&vouched.identity).await? {
        Known::Account(account) if account.id == *person.id() => {
            let links = identity.accounts.links(&account).await?;
            let link = links.into_iter().find(|link| link.identity == vouched.identity);
            return Ok((StatusCode::OK, Json(link.ok_or_else(changed_meanwhile)?.into())));
        }
        Known::Account(_) => {
            let detail = "this provider leads to another account already: take it off that one first";
            return Err(Problem::conflict("identity_in_use", detail));
        }
        Known::Nobody { leftover } => leftover,
    };
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    if account.links.len() >= MOST_LINKS {
        return Err(Problem::conflict("too_many_links", "take one of the links off first"));
    }
    let link = Link {
        id: LinkId::new(),
        user_id: account.id.clone(),
        provider: found.provider.id.to_string(),
        identity: vouched.identity,
        email: vouched.email,
        linked_at: now,
    };
    let event = identity.event(&account.id, SecurityEventKind::FederatedLinked, &visitor);
    let event = identity.audit.entry(&event)?;
    if !identity.accounts.link(&account, &link, leftover.as_ref(), event).await? {
        return Err(changed_meanwhile());
    }
    Ok((StatusCode::CREATED, Json(link.into())))
}
