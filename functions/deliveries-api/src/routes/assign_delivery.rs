use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::{CourierId, DeliveryId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Problem};
use sipstr_runtime::Clock;
use sipstr_storage::dispatch::{Assigned, Dispatch};

use crate::view::DeliveryView;
use crate::who::Dispatcher;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignment {
    /// Without it: the nearest free courier, where the delivery has none yet.
    pub courier_id: Option<CourierId>,
}

/// Gives a delivery to a courier, or to another one, until it is picked up. A courier brings one delivery at a time, and
/// who had it before is free in the same moment.
#[utoipa::path(
    post, path = "/v1/deliveries/{deliveryId}/assign", tag = "Deliveries", operation_id = "assignDelivery",
    params(("deliveryId" = String, Path)),
    request_body = Assignment,
    responses(
        (status = 200, body = DeliveryView),
        (status = 400, body = ProblemBody, description = "`invalid_request`: not a courier"),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody,
            description = "`no_courier_free`, `courier_busy`, `courier_off_shift`, `delivery_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn assign_delivery(
    dispatcher: Dispatcher,
    State(dispatch): State<Dispatch>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<DeliveryId>,
    Body(assignment): Body<Assignment>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = dispatch.deliveries.get(&id).await?.ok_or_else(Problem::not_found)?;
    let sight = dispatcher.of(&delivery)?;
    let moved = match dispatch.assign(&id, assignment.courier_id.as_ref(), clock.now()).await? {
        Assigned::Moved(moved) => moved,
        Assigned::NobodyFree => return Err(Problem::conflict("no_courier_free", "no courier near the store is free")),
        Assigned::Busy => return Err(Problem::conflict("courier_busy", "this courier has another delivery")),
        Assigned::OffShift => return Err(Problem::conflict("courier_off_shift", "this courier is not on shift")),
        Assigned::UnknownCourier => return Err(Problem::invalid("/courierId", "is not a courier's")),
    };
    Ok(Json(DeliveryView::of_moved(moved, sight)?))
}
