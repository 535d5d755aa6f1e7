use axum::Json;
use axum::extract::State;
use sipstr_domain::DeliveryId;
use sipstr_domain::delivery::DeliveryAction;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem};
use sipstr_runtime::Clock;
use sipstr_storage::dispatch::Dispatch;

use crate::view::DeliveryView;
use crate::who::{Receiver, Sight};

/// What was refused at the door is back in the store, as its courier or the store's staff say.
#[utoipa::path(
    post, path = "/v1/deliveries/{deliveryId}/return", tag = "Deliveries", operation_id = "returnDelivery",
    params(("deliveryId" = String, Path)),
    responses(
        (status = 200, body = DeliveryView),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "neither the caller's delivery nor of their store"),
        (status = 409, body = ProblemBody, description = "`delivery_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn return_delivery(
    receiver: Receiver,
    State(dispatch): State<Dispatch>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<DeliveryId>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = dispatch.deliveries.get(&id).await?.ok_or_else(Problem::not_found)?;
    let courier = receiver.of(&delivery)?;
    let moved = dispatch.advance(&id, courier.as_ref(), &DeliveryAction::Return, clock.now()).await?;
    Ok(Json(DeliveryView::of_moved(moved, Sight::UnderWay)?))
}
