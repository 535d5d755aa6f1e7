use axum::Json;
use axum::extract::State;
use sipstr_domain::ProductId;
use sipstr_http::{ApiResult, Customer, PathOf};
use sipstr_storage::carts::Carts;

use crate::view::{CartView, change};

/// Takes a product out of the cart; one that is not in it is out of it already.
#[utoipa::path(
    delete, path = "/v1/cart/items/{productId}", tag = "Cart", operation_id = "deleteCartItem",
    params(("productId" = String, Path)),
    responses((status = 200, body = CartView)),
    security(("bearer" = []))
)]
pub async fn delete_item(
    customer: Customer,
    State(carts): State<Carts>,
    PathOf(product): PathOf<ProductId>,
) -> ApiResult<Json<CartView>> {
    let cart = change(&carts, customer.id(), |cart| {
        cart.remove(&product);
        Ok(())
    });
    Ok(Json(cart.await?))
}
