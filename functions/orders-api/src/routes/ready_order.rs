use axum::Json;
use axum::extract::State;
use sipstr_domain::order::{Action, Actor};
use sipstr_domain::permission::Permission;
use sipstr_domain::{OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::orders::{GiveBack, Orders};

use crate::access;
use crate::view::OrderView;

/// Everything is picked and packed: a courier may fetch it.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/orders/{orderId}/ready", tag = "Store orders", operation_id = "readyOrder",
    params(("storeId" = String, Path), ("orderId" = String, Path)),
    responses(
        (status = 200, body = OrderView),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`wrong_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn ready_order(
    Current(staff): Current<StoreStaff>,
    State(orders): State<Orders>,
    State(give_back): State<GiveBack>,
    State(clock): State<Clock>,
    PathOf((store, id)): PathOf<(StoreId, OrderId)>,
) -> ApiResult<Json<OrderView>> {
    access::of_store(&orders, &staff, Permission::MarkReady, &store, &id).await?;
    let order = access::advance(&orders, &give_back, &id, &Action::MarkReady, Actor::Store, clock.now()).await?;
    Ok(Json(OrderView::for_store(order)))
}
