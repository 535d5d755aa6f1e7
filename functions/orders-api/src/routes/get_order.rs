use axum::Json;
use axum::extract::State;
use sipstr_domain::OrderId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person};

use crate::access;
use crate::view::OrderView;

/// One order with its timeline: for its customer, and for support and administration.
#[utoipa::path(
    get, path = "/v1/orders/{orderId}", tag = "Orders", operation_id = "getOrder",
    params(("orderId" = String, Path)),
    responses((status = 200, body = OrderView), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn get_order(
    person: Person,
    State(state): State<crate::State>,
    PathOf(id): PathOf<OrderId>,
) -> ApiResult<Json<OrderView>> {
    Ok(Json(OrderView::for_customer(access::of_person(&state, &person, &id).await?)))
}
