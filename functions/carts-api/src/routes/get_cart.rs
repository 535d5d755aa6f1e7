use axum::Json;
use axum::extract::State;
use sipstr_http::{ApiResult, Customer};

use crate::desk::Desk;
use crate::view::CartView;

/// The customer's current cart, that of the store chosen last, at present prices and with what moved since she last saw it. Who
/// has none yet has an empty one.
#[utoipa::path(
    get, path = "/v1/cart", tag = "Cart", operation_id = "getCart",
    responses((status = 200, body = CartView)),
    security(("bearer" = []))
)]
pub async fn get_cart(customer: Customer, State(desk): State<Desk>) -> ApiResult<Json<CartView>> {
    Ok(Json(desk.shown(customer.id()).await?))
}
