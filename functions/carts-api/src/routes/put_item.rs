use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::cart::{CartLine, MAX_QUANTITY};
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, PathOf, Problem};

use crate::desk::{Desk, Which, sold, too_many_lines};
use crate::view::CartView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemQuantity {
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
    /// The store whose cart is meant. Said, it guards against another device that has chosen another store meanwhile.
    pub store_id: Option<StoreId>,
}

impl ItemQuantity {
    pub fn line(&self, product: &ProductId) -> ApiResult<CartLine> {
        if !(1..=MAX_QUANTITY).contains(&self.quantity) {
            return Err(Problem::invalid("/quantity", format!("must be 1 to {MAX_QUANTITY}")));
        }
        Ok(CartLine { product_id: product.clone(), quantity: self.quantity })
    }

    /// Refuses a cart of another store than the one that is meant.
    pub fn meant(&self, store: &StoreId) -> ApiResult<()> {
        match &self.store_id {
            Some(meant) if meant != store => {
                Err(Problem::conflict("store_changed", "another store was chosen meanwhile"))
            }
            _ => Ok(()),
        }
    }
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
        (status = 409, body = ProblemBody, description = "`no_store_chosen`, `store_changed`, `too_many_lines`, `too_many_carts`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_item(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(product): PathOf<ProductId>,
    Body(item): Body<ItemQuantity>,
) -> ApiResult<Json<CartView>> {
    let line = item.line(&product)?;
    let changed = desk.change(customer.id(), Which::Current, std::slice::from_ref(&line), |cart, scene| {
        item.meant(&cart.store_id)?;
        sold(&product, scene)?;
        cart.lines.set(product.clone(), item.quantity).map_err(too_many_lines)
    });
    Ok(Json(changed.await?.0))
}
