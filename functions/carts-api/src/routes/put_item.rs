use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::ProductId;
use sipstr_domain::cart::{CartRefused, MAX_QUANTITY};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, PathOf, Problem};
use sipstr_storage::carts::Carts;
use sipstr_storage::catalog::Catalog;

use crate::view::{CartView, change};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemQuantity {
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

/// Sets how many of a product are wanted: the whole number, so that a repeated request changes nothing.
#[utoipa::path(
    put, path = "/v1/cart/items/{productId}", tag = "Cart", operation_id = "putCartItem",
    params(("productId" = String, Path)),
    request_body = ItemQuantity,
    responses(
        (status = 200, body = CartView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "the cart's store does not sell this product"),
        (status = 409, body = ProblemBody, description = "`no_store_chosen`, `too_many_lines`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_item(
    customer: Customer,
    State(carts): State<Carts>,
    State(catalog): State<Catalog>,
    PathOf(product): PathOf<ProductId>,
    Body(item): Body<ItemQuantity>,
) -> ApiResult<Json<CartView>> {
    if !(1..=MAX_QUANTITY).contains(&item.quantity) {
        return Err(Problem::invalid("/quantity", format!("must be 1 to {MAX_QUANTITY}")));
    }
    let store = carts.get(customer.id()).await?.store_id.ok_or_else(|| refused(&CartRefused::NoStore))?;
    catalog.get(&store, &product).await?.ok_or_else(Problem::not_found)?;
    let cart = change(&carts, customer.id(), |cart| {
        if cart.store_id.as_ref() != Some(&store) {
            return Err(Problem::conflict("store_changed", "another store was chosen meanwhile"));
        }
        cart.set(product.clone(), item.quantity).map_err(|reason| refused(&reason))
    });
    Ok(Json(cart.await?))
}

fn refused(reason: &CartRefused) -> Problem {
    let code = match reason {
        CartRefused::NoStore => "no_store_chosen",
        CartRefused::TooManyLines => "too_many_lines",
    };
    Problem::conflict(code, reason.to_string())
}
