use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::{StoreId, SubscriptionId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff, edit};

use super::subscribe::WebhookWanted;
use crate::view::WebhookView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookEdit {
    pub url: String,
    /// Types of `order.`, `delivery.` and `inventory.` events.
    pub events: std::collections::BTreeSet<String>,
    pub note: Option<String>,
    /// Whether it is to be told at all. True also brings back one that was disabled.
    pub active: bool,
}

/// Says anew where a partner is told, and of what; pauses it or begins it again. What happens while it is paused is not told later.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/webhooks/{webhookId}", tag = "Partners", operation_id = "putWebhook",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ("If-Match" = String, Header)),
    request_body = WebhookEdit,
    responses(
        (status = 200, body = WebhookView),
        (status = 400, body = ProblemBody, description = "`invalid_request`: an address that is not called, an unknown event"),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_webhook(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
    headers: HeaderMap,
    Body(wish): Body<WebhookEdit>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let (version, active) = (edit::version(&headers)?, wish.active);
    let wanted = WebhookWanted { url: wish.url, events: wish.events, note: wish.note }.check(state.reach)?;
    let now = state.clock.now();
    let altered = state.partners.alter(&store, |before| {
        let found = before.get(&id).ok_or_else(Problem::not_found)?;
        if found.version != version {
            return Err(edit::stale());
        }
        Ok(before.replaced(found.edited(wanted.clone(), active, now)))
    });
    let edited = altered.await??.get(&id).cloned().ok_or_else(Problem::not_found)?;
    tracing::info!(%store, webhook = %id, by = %staff.0.id(), "what a partner is told was changed");
    Ok(edit::answer(StatusCode::OK, edited.version, WebhookView::from(edited)))
}

/// Tells a partner nothing any more; what is on its way to it is given up.
#[utoipa::path(
    delete, path = "/v1/stores/{storeId}/webhooks/{webhookId}", tag = "Partners", operation_id = "deleteWebhook",
    params(("storeId" = String, Path), ("webhookId" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
    ),
    security(("bearer" = []))
)]
pub async fn delete_webhook(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
) -> ApiResult<StatusCode> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let altered = state.partners.alter(&store, |before| match before.get(&id) {
        Some(_) => Ok(before.without(&id)),
        None => Err(Problem::not_found()),
    });
    altered.await??;
    tracing::info!(%store, webhook = %id, by = %staff.0.id(), "a partner is told no more");
    Ok(StatusCode::NO_CONTENT)
}
