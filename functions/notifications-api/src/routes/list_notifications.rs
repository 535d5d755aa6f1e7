use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, ListQuery, PageOf, Person, QueryOf, Signer};
use sipstr_storage::notifications::{Notice, Notifications};

use crate::notice_id;

/// A notice in somebody's inbox.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationView {
    /// Opaque; good for its reader only.
    pub id: String,
    #[schema(example = "order_confirmed")]
    pub kind: String,
    pub title: String,
    pub body: String,
    /// Id of what the notice is about, such as an order.
    pub subject: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
}

impl NotificationView {
    fn new(signer: &Signer, notice: Notice) -> Self {
        Self {
            id: notice_id::seal(signer, &notice),
            kind: notice.kind,
            title: notice.title,
            body: notice.body,
            subject: notice.subject,
            at: notice.at,
            read_at: notice.read_at,
        }
    }
}

/// One's own notices of the past 90 days, newest first.
#[utoipa::path(
    get, path = "/v1/notifications", tag = "Notifications", operation_id = "listNotifications",
    params(ListQuery),
    responses(
        (status = 200, body = PageOf<NotificationView>),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn list_notifications(
    person: Person,
    State(notifications): State<Notifications>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<NotificationView>>> {
    let list = format!("notifications:{}", person.id());
    let page = notifications.of_user(person.id(), query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, |notice| NotificationView::new(&signer, notice))))
}
