use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::order::{Action, Actor};
use sipstr_domain::permission::Permission;
use sipstr_domain::{OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::orders::{GiveBack, Orders};

use crate::access;
use crate::view::OrderView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acceptance {
    /// Minutes until it can be fetched.
    #[schema(minimum = 1, maximum = 240)]
    pub preparation_minutes: u16,
}

/// The store takes a confirmed order on and begins to pick it.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/orders/{orderId}/accept", tag = "Store orders", operation_id = "acceptOrder",
    params(("storeId" = String, Path), ("orderId" = String, Path)),
    request_body = Acceptance,
    responses(
        (status = 200, body = OrderView),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`wrong_state`"),
    ),
    security(("bearer" = []))
)]
pub async fn accept_order(
    Current(staff): Current<StoreStaff>,
    State(orders): State<Orders>,
    State(give_back): State<GiveBack>,
    State(clock): State<Clock>,
    PathOf((store, id)): PathOf<(StoreId, OrderId)>,
    Body(acceptance): Body<Acceptance>,
) -> ApiResult<Json<OrderView>> {
    if !(1..=240).contains(&acceptance.preparation_minutes) {
        return Err(Problem::invalid("/preparationMinutes", "must be 1 to 240"));
    }
    access::of_store(&orders, &staff, Permission::AcceptOrders, &store, &id).await?;
    let action = Action::Accept { preparation_minutes: acceptance.preparation_minutes };
    let order = access::advance(&orders, &give_back, &id, &action, Actor::Store, clock.now()).await?;
    Ok(Json(OrderView::for_store(order)))
}
