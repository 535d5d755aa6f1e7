use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::EventId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, ListQuery, PageOf, Person, QueryOf};
use sipstr_identity::Identity;
use sipstr_storage::audit::SecurityEvent;

/// Something that happened to the security of an account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecurityEventView {
    pub id: EventId,
    pub kind: SecurityEventKind,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Chrome on Linux")]
    pub device: Option<String>,
    /// A part of the network address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    pub network: Option<String>,
    /// Whether somebody of Sipstr or of the store did it.
    pub by_another: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl From<SecurityEvent> for SecurityEventView {
    fn from(event: SecurityEvent) -> Self {
        Self {
            id: event.id,
            kind: event.kind,
            at: event.at,
            device: event.device,
            network: event.network,
            by_another: event.actor.is_some(),
            reason: event.reason,
        }
    }
}

/// What happened to the security of one's account, newest first: sign-ins, changed credentials, support that acted for one.
#[utoipa::path(
    get, path = "/v1/me/security-events", tag = "Account", operation_id = "listSecurityEvents",
    params(ListQuery),
    responses(
        (status = 200, body = PageOf<SecurityEventView>),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn list_security_events(
    person: Person,
    State(identity): State<Identity>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<SecurityEventView>>> {
    let list = format!("security-events:{}", person.id());
    let from = query.from(&identity.signer, &list)?;
    let page = identity.audit.of_user(person.id(), query.limit()?, from).await?;
    Ok(Json(PageOf::of(page, &identity.signer, &list, SecurityEventView::from)))
}
