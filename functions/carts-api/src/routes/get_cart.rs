use axum::Json;
use axum::extract::State;
use sipstr_http::{ApiResult, Customer};
use sipstr_storage::carts::Carts;

use crate::view::CartView;

/// The customer's cart; who has none yet has an empty one.
#[utoipa::path(
    get, path = "/v1/cart", tag = "Cart", operation_id = "getCart",
    responses((status = 200, body = CartView)),
    security(("bearer" = []))
)]
pub async fn get_cart(customer: Customer, State(carts): State<Carts>) -> ApiResult<Json<CartView>> {
    Ok(Json(carts.get(customer.id()).await?.into()))
}
