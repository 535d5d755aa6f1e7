use axum::Json;
use axum::extract::State;
use sipstr_domain::DeliveryId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem};
use sipstr_storage::dispatch::Dispatch;

use crate::view::DeliveryView;
use crate::who::Watcher;

/// A delivery, for its courier, its store and support. Once it is over, only support sees to whom it went.
#[utoipa::path(
    get, path = "/v1/deliveries/{deliveryId}", tag = "Deliveries", operation_id = "getDelivery",
    params(("deliveryId" = String, Path)),
    responses((status = 200, body = DeliveryView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn get_delivery(
    watcher: Watcher,
    State(dispatch): State<Dispatch>,
    PathOf(id): PathOf<DeliveryId>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = dispatch.deliveries.get(&id).await?.ok_or_else(Problem::not_found)?;
    let sight = watcher.sight_of(&delivery)?;
    Ok(Json(DeliveryView::of(delivery, sight)))
}
