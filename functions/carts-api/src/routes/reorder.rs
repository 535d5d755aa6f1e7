use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::OrderId;
use sipstr_domain::cart::{CartLine, Lines};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, Problem};
use sipstr_storage::orders::Orders;

use crate::desk::Desk;
use crate::view::Brought;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderAgain {
    pub order_id: OrderId,
}

/// Brings the lines of an order into the cart of its store, at present prices, as far as the store can serve them: what it does
/// not sell or have any more is told in `leftOut`. Of each product the larger quantity counts, so that asking twice changes nothing.
#[utoipa::path(
    post, path = "/v1/cart/reorder", tag = "Cart", operation_id = "reorder",
    request_body = OrderAgain,
    responses(
        (status = 200, body = Brought),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not your order, or its store is gone"),
        (status = 409, body = ProblemBody, description = "`too_many_carts`"),
    ),
    security(("bearer" = []))
)]
pub async fn reorder(
    customer: Customer,
    State(desk): State<Desk>,
    State(orders): State<Orders>,
    Body(again): Body<OrderAgain>,
) -> ApiResult<Json<Brought>> {
    let order = orders.get(&again.order_id).await?.filter(|order| order.customer_id == *customer.id());
    let order = order.ok_or_else(Problem::not_found)?;
    let lines = order
        .lines
        .iter()
        .map(|line| CartLine { product_id: line.priced.product_id.clone(), quantity: line.priced.quantity });
    let wishes = lines.collect::<Lines>().wanted();
    Ok(Json(desk.bring(customer.id(), &order.store_id, &wishes).await?))
}
