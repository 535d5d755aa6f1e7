use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::{StoreId, SubscriptionId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff, edit};
use sipstr_storage::partners::Partners;

use crate::view::WebhookView;

/// All of a store's: there are at most ten.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhooks {
    pub items: Vec<WebhookView>,
}

/// Who is told of what happens at the store. No secret is in it.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/webhooks", tag = "Partners", operation_id = "listWebhooks",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = Webhooks),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store"),
    ),
    security(("bearer" = []))
)]
pub async fn list_webhooks(
    Current(staff): Current<StoreStaff>,
    State(partners): State<Partners>,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<Json<Webhooks>> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let items = partners.of_store(&store).await?.items.into_iter().map(WebhookView::from).collect();
    Ok(Json(Webhooks { items }))
}

/// One of them, with the version that an edit names.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/webhooks/{webhookId}", tag = "Partners", operation_id = "showWebhook",
    params(("storeId" = String, Path), ("webhookId" = String, Path)),
    responses(
        (status = 200, body = WebhookView),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
    ),
    security(("bearer" = []))
)]
pub async fn show_webhook(
    Current(staff): Current<StoreStaff>,
    State(partners): State<Partners>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let found = partners.of_store(&store).await?.get(&id).cloned().ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, found.version, WebhookView::from(found)))
}
