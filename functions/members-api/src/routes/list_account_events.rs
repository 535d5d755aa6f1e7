use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{EventId, SessionId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, Office, PageOf, PathOf, QueryOf};
use sipstr_storage::audit::SecurityEvent;

/// Something that happened to the security of an account, with who did it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountEventView {
    pub id: EventId,
    pub kind: SecurityEventKind,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it, where it was not the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Chrome on Linux")]
    pub device: Option<String>,
    /// A part of the network address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    pub network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
}

impl From<SecurityEvent> for AccountEventView {
    fn from(event: SecurityEvent) -> Self {
        Self {
            id: event.id,
            kind: event.kind,
            at: event.at,
            actor: event.actor,
            reason: event.reason,
            device: event.device,
            network: event.network,
            session_id: event.session_id,
        }
    }
}

/// What happened to the security of somebody's account, newest first, for support and administration.
#[utoipa::path(
    get, path = "/v1/accounts/{userId}/security-events", tag = "Accounts", operation_id = "listAccountEvents",
    params(("userId" = String, Path), ListQuery),
    responses(
        (status = 200, body = PageOf<AccountEventView>),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
    ),
    security(("bearer" = []))
)]
pub async fn list_account_events(
    _: Current<Office>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<AccountEventView>>> {
    let list = format!("account-events:{id}");
    let from = query.from(&state.signer, &list)?;
    let page = state.audit.of_user(&id, query.limit()?, from).await?;
    Ok(Json(PageOf::of(page, &state.signer, &list, AccountEventView::from)))
}
