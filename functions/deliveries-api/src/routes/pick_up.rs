use axum::Json;
use axum::extract::State;
use sipstr_domain::DeliveryId;
use sipstr_domain::delivery::{DeliveryAction, DeliveryState};
use sipstr_domain::order::OrderState;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Courier, PathOf, Problem};
use sipstr_runtime::Clock;
use sipstr_storage::dispatch::Dispatch;
use sipstr_storage::orders::Orders;

use super::of_courier;
use crate::view::DeliveryView;
use crate::who::Sight;

/// The courier has the bottles, which the store must have marked ready.
#[utoipa::path(
    post, path = "/v1/deliveries/{deliveryId}/pick-up", tag = "Deliveries", operation_id = "pickUpDelivery",
    params(("deliveryId" = String, Path)),
    responses(
        (status = 200, body = DeliveryView),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not the caller's delivery"),
        (status = 409, body = ProblemBody, description = "`order_not_ready`, `delivery_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn pick_up_delivery(
    courier: Courier,
    State(dispatch): State<Dispatch>,
    State(orders): State<Orders>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<DeliveryId>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = of_courier(&dispatch, &courier, &id).await?;
    if delivery.state == DeliveryState::Assigned {
        let order = orders.get(&delivery.order_id).await?;
        let order = order.ok_or_else(|| Problem::internal("the order of a delivery is not there"))?;
        if order.state != OrderState::Ready {
            let detail = format!("the order is {} and not ready", order.state.as_str());
            return Err(Problem::conflict("order_not_ready", detail));
        }
    }
    let moved = dispatch.advance(&id, Some(&courier.id()), &DeliveryAction::PickUp, clock.now()).await?;
    Ok(Json(DeliveryView::of_moved(moved, Sight::UnderWay)?))
}
