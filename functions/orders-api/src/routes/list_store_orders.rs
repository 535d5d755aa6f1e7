use axum::Json;
use axum::extract::State;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, QueryOf, Signer, StoreStaff};
use sipstr_storage::orders::Orders;

use crate::view::OrderView;

/// A store's orders, newest first, without the customers' addresses.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/orders", tag = "Store orders", operation_id = "listStoreOrders",
    params(("storeId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<OrderView>), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_store_orders(
    Current(staff): Current<StoreStaff>,
    State(orders): State<Orders>,
    State(signer): State<Signer>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<OrderView>>> {
    staff.may(&store, Permission::SeeOrders)?;
    let list = format!("store-orders:{store}");
    let page = orders.of_store(&store, query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, OrderView::for_store)))
}
