use axum::Json;
use axum::extract::State;
use sipstr_http::{ApiResult, Customer, ListQuery, PageOf, QueryOf, Signer};
use sipstr_storage::orders::Orders;

use crate::view::OrderView;

/// The customer's orders, newest first.
#[utoipa::path(
    get, path = "/v1/orders", tag = "Orders", operation_id = "listOrders",
    params(ListQuery),
    responses((status = 200, body = PageOf<OrderView>)),
    security(("bearer" = []))
)]
pub async fn list_orders(
    customer: Customer,
    State(orders): State<Orders>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<OrderView>>> {
    let list = format!("orders:{}", customer.id());
    let page = orders.of_customer(customer.id(), query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, OrderView::for_customer)))
}
