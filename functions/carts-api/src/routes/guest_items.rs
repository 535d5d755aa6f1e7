use axum::Json;
use axum::extract::State;
use sipstr_domain::{CartId, ProductId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Public};

use super::put_item::ItemQuantity;
use crate::desk::{Desk, sold, too_many_lines};
use crate::guest::CartToken;
use crate::view::GuestCartView;

/// Sets how many of a product a guest wants: the whole number, so that a repeated request changes nothing.
#[utoipa::path(
    put, path = "/v1/guest-carts/{cartId}/items/{productId}", tag = "Guest carts", operation_id = "putGuestCartItem",
    params(("cartId" = String, Path), ("productId" = String, Path), ("Cart-Token" = String, Header)),
    request_body = ItemQuantity,
    responses(
        (status = 200, body = GuestCartView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "no such cart, or its store does not sell this product"),
        (status = 409, body = ProblemBody, description = "`too_many_lines`, `store_changed`"),
    )
)]
pub async fn put_guest_item(
    _: Public,
    State(desk): State<Desk>,
    PathOf((id, product)): PathOf<(CartId, ProductId)>,
    token: CartToken,
    Body(item): Body<ItemQuantity>,
) -> ApiResult<Json<GuestCartView>> {
    let line = item.line(&product)?;
    let changed = desk.change_guest((&id, &token), std::slice::from_ref(&line), |cart, scene| {
        item.meant(&cart.store_id)?;
        sold(&product, scene)?;
        cart.lines.set(product.clone(), item.quantity).map_err(too_many_lines)
    });
    Ok(Json(changed.await?))
}

/// Takes a product out of a guest's cart; one that is not in it is out of it already.
#[utoipa::path(
    delete, path = "/v1/guest-carts/{cartId}/items/{productId}", tag = "Guest carts", operation_id = "deleteGuestCartItem",
    params(("cartId" = String, Path), ("productId" = String, Path), ("Cart-Token" = String, Header)),
    responses((status = 200, body = GuestCartView), (status = 404, body = ProblemBody))
)]
pub async fn delete_guest_item(
    _: Public,
    State(desk): State<Desk>,
    PathOf((id, product)): PathOf<(CartId, ProductId)>,
    token: CartToken,
) -> ApiResult<Json<GuestCartView>> {
    let changed = desk.change_guest((&id, &token), &[], |cart, _| {
        cart.lines.remove(&product);
        Ok(())
    });
    Ok(Json(changed.await?))
}
