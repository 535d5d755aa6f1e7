use axum::Json;
use axum::extract::State;
use sipstr_domain::order::{Action, Actor};
use sipstr_domain::permission::Permission;
use sipstr_domain::{OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::orders::{GiveBack, Orders};

use super::cancel_order::Reason;
use crate::access;
use crate::view::OrderView;

/// The store cannot fill the order: it is cancelled, refunded, and the bottles are free again.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/orders/{orderId}/reject", tag = "Store orders", operation_id = "rejectOrder",
    params(("storeId" = String, Path), ("orderId" = String, Path)),
    request_body = Reason,
    responses(
        (status = 200, body = OrderView),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`wrong_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn reject_order(
    Current(staff): Current<StoreStaff>,
    State(orders): State<Orders>,
    State(give_back): State<GiveBack>,
    State(clock): State<Clock>,
    PathOf((store, id)): PathOf<(StoreId, OrderId)>,
    Body(reason): Body<Reason>,
) -> ApiResult<Json<OrderView>> {
    let action = Action::Reject { reason: reason.checked()? };
    access::of_store(&orders, &staff, Permission::AcceptOrders, &store, &id).await?;
    let order = access::advance(&orders, &give_back, &id, &action, Actor::Store, clock.now()).await?;
    Ok(Json(OrderView::for_store(order)))
}
