use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::SessionId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Current, InPerson, PathOf, Person, Problem, QueryOf};
use sipstr_identity::Identity;

use super::changed_meanwhile;

/// Ends one session, perhaps the one that asks.
#[utoipa::path(
    delete, path = "/v1/me/sessions/{sessionId}", tag = "Account", operation_id = "endSession",
    params(("sessionId" = SessionId, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn end_session(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(identity): State<Identity>,
    visitor: Visitor,
    PathOf(id): PathOf<SessionId>,
) -> ApiResult<StatusCode> {
    if !identity.sessions.end(person.id(), &id).await? {
        return Err(Problem::not_found());
    }
    let event = identity.event(person.id(), SecurityEventKind::SessionEnded, &visitor);
    identity.audit.note(&event.of_session(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whether the session that asks goes on.
    #[serde(default)]
    pub keep_current: bool,
}

/// Signs out everywhere, at once: refresh tokens, remembered devices, and access tokens where standing is asked for.
#[utoipa::path(
    delete, path = "/v1/me/sessions", tag = "Account", operation_id = "endSessions",
    params(Which),
    responses(
        (status = 204),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn end_sessions(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(identity): State<Identity>,
    visitor: Visitor,
    QueryOf(which): QueryOf<Which>,
) -> ApiResult<StatusCode> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let session: SessionId = person.claims.sid.parse().map_err(|_| Problem::unauthenticated())?;
    let but = which.keep_current.then_some(&session);
    let event = identity.event(person.id(), SecurityEventKind::AllSessionsEnded, &visitor);
    if !identity.accounts.end_sessions(&account, but, identity.audit.entry(&event)?).await? {
        return Err(changed_meanwhile());
    }
    identity.sessions.end_others(person.id(), but).await?;
    Ok(StatusCode::NO_CONTENT)
}
