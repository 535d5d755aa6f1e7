use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::DeliveryId;
use sipstr_domain::delivery::{DeliveryAction, DoorRefusal};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Courier, PathOf};
use sipstr_runtime::{Clock, count};
use sipstr_storage::dispatch::{Dispatch, Moved};

use crate::view::DeliveryView;
use crate::who::Sight;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefusalAtTheDoor {
    pub reason: DoorRefusal,
}

/// Nothing is handed over: the bottles go back to the store, and the courier is paid for the way.
#[utoipa::path(
    post, path = "/v1/deliveries/{deliveryId}/refuse", tag = "Deliveries", operation_id = "refuseDelivery",
    params(("deliveryId" = String, Path)),
    request_body = RefusalAtTheDoor,
    responses(
        (status = 200, body = DeliveryView),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not the caller's delivery"),
        (status = 409, body = ProblemBody, description = "`delivery_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn refuse_delivery(
    courier: Courier,
    State(dispatch): State<Dispatch>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<DeliveryId>,
    Body(refusal): Body<RefusalAtTheDoor>,
) -> ApiResult<Json<DeliveryView>> {
    let action = DeliveryAction::Refuse { reason: refusal.reason };
    let moved = dispatch.advance(&id, Some(&courier.id()), &action, clock.now()).await?;
    if matches!(moved, Moved::Changed(_)) {
        count("deliveries_refused", 1);
    }
    Ok(Json(DeliveryView::of_moved(moved, Sight::UnderWay)?))
}
