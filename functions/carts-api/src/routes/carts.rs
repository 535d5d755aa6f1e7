use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use sipstr_domain::StoreId;
use sipstr_domain::cart::Cart;
use sipstr_http::{ApiResult, Customer, PathOf, Problem};

use crate::desk::{Desk, TRIES};

/// A customer's carts with something in them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenCarts {
    /// The one that was chosen last comes first.
    pub items: Vec<OpenCart>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenCart {
    pub store_id: StoreId,
    pub version: u64,
    /// Whether it is the one that `/v1/cart` means.
    pub current: bool,
    /// Different products.
    pub products: usize,
    /// Bottles, cans and packs in all.
    pub units: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
}

/// The customer's carts with something in them, one a store: at most 20, so there is one page.
#[utoipa::path(
    get, path = "/v1/carts", tag = "Cart", operation_id = "listCarts",
    responses((status = 200, body = OpenCarts)),
    security(("bearer" = []))
)]
pub async fn list_carts(customer: Customer, State(desk): State<Desk>) -> ApiResult<Json<OpenCarts>> {
    let mut carts = desk.carts.of_customer(customer.id()).await?;
    let current = Cart::current(carts.clone()).map(|cart| cart.store_id);
    carts.retain(|cart| !cart.lines.is_empty());
    carts.sort_by_key(|cart| std::cmp::Reverse(cart.chosen_at));
    let items = carts.into_iter().map(|cart| OpenCart {
        version: cart.version,
        current: current.as_ref() == Some(&cart.store_id),
        products: cart.lines.iter().count(),
        units: cart.lines.iter().map(|line| line.quantity).sum(),
        changed_at: cart.changed_at.map(|at| at.to_string()),
        store_id: cart.store_id,
    });
    Ok(Json(OpenCarts { items: items.collect() }))
}

/// Empties the cart of a store and takes it out of sight; the one chosen before is current then. Again, it does nothing.
#[utoipa::path(
    delete, path = "/v1/carts/{storeId}", tag = "Cart", operation_id = "removeCart",
    params(("storeId" = String, Path)),
    responses((status = 204)),
    security(("bearer" = []))
)]
pub async fn remove_cart(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<StatusCode> {
    for _ in 0..TRIES {
        let mut cart = desk.carts.of_store(customer.id(), &store).await?;
        if cart.lines.is_empty() && cart.chosen_at.is_none() {
            return Ok(StatusCode::NO_CONTENT);
        }
        cart.put_away();
        cart.changed_at = Some(desk.clock.now());
        if desk.carts.store(&cart).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(Problem::unavailable())
}
