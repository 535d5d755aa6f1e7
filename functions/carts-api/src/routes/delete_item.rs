use axum::Json;
use axum::extract::State;
use sipstr_domain::ProductId;
use sipstr_http::{ApiResult, Customer, PathOf};

use crate::desk::{Desk, Which};
use crate::view::CartView;

/// Takes a product out of the cart; one that is not in it is out of it already.
#[utoipa::path(
    delete, path = "/v1/cart/items/{productId}", tag = "Cart", operation_id = "deleteCartItem",
    params(("productId" = String, Path)),
    responses((status = 200, body = CartView)),
    security(("bearer" = []))
)]
pub async fn delete_item(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(product): PathOf<ProductId>,
) -> ApiResult<Json<CartView>> {
    if desk.carts.current(customer.id()).await?.is_none() {
        return Ok(Json(CartView::nothing()));
    }
    let changed = desk.change(customer.id(), Which::Current, &[], |cart, _| {
        cart.lines.remove(&product);
        Ok(())
    });
    Ok(Json(changed.await?.0))
}
