use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::cart::Cart;
use sipstr_domain::cart::guest::GuestCart;
use sipstr_domain::{CartId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, Problem};
use sipstr_runtime::take;

use crate::desk::{CODES, Desk, TRIES, Which, within};
use crate::guest::CartToken;
use crate::view::{Brought, CartView};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuestCartToMerge {
    pub cart_id: CartId,
    /// What opens the guest's cart.
    #[schema(max_length = 128)]
    pub token: String,
}

/// Brings a guest's cart into the customer's own after signing in.
///
/// It goes into the cart of its store, which becomes the current one. Of each product the larger quantity counts, not the sum, up
/// to 99; for which a full cart has no room is told in `leftOut`. Of tip and code the newer choice counts. The guest's cart is
/// closed in the same transaction, so that it is merged once; asking again answers the same.
#[utoipa::path(
    post, path = "/v1/cart/merge", tag = "Cart", operation_id = "mergeCart",
    request_body = GuestCartToMerge,
    responses(
        (status = 200, body = Brought),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "no such cart, another token, or merged by somebody else"),
        (status = 409, body = ProblemBody, description = "`too_many_carts`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`: it brings a code, which counts as an attempt"),
    ),
    security(("bearer" = []))
)]
pub async fn merge_cart(
    customer: Customer,
    State(state): State<crate::State>,
    Body(request): Body<GuestCartToMerge>,
) -> ApiResult<Json<Brought>> {
    let (desk, token) = (&state.desk, CartToken::of(&request.token));
    let mut counted = false;
    for _ in 0..TRIES {
        let guest = desk.opened(&request.cart_id, &token).await?;
        if let Some(merged) = &guest.merged {
            return again(desk, customer.id(), &guest, merged).await.map(Json);
        }
        let (cart, _, full) = desk.find(customer.id(), Which::Of(&guest.store_id)).await?;
        let facts = desk.checkout.goods(&guest.store_id, &wanted(&cart, &guest)).await?;
        facts.store.as_ref().ok_or_else(Problem::not_found)?;
        let mut next = cart.clone();
        let now = desk.clock.now();
        let left_out = next.take_over(&guest, now);
        within(full, &cart.lines, &next.lines)?;
        if next.promo_code != cart.promo_code && !counted {
            // A code that came by this way was not counted when it was typed.
            take(&state.limits, CODES, customer.id().as_str(), now).await?;
            counted = true;
        }
        let goods = desk.look(&mut next.lines, &facts);
        let mut closed = guest.clone();
        closed.close(customer.id().clone(), left_out.clone(), now);
        if desk.carts.merge(&next, &closed).await? {
            next.version += 1;
            return Ok(Json(Brought { cart: CartView::of(next, goods), left_out }));
        }
    }
    Err(Problem::unavailable())
}

/// What the first time answered, with the cart as it is now.
async fn again(
    desk: &Desk,
    customer: &UserId,
    guest: &GuestCart,
    merged: &sipstr_domain::cart::guest::Merged,
) -> ApiResult<Brought> {
    if merged.customer_id != *customer {
        return Err(Problem::not_found());
    }
    let cart = desk.carts.of_store(customer, &guest.store_id).await?;
    Ok(Brought { cart: desk.view(cart).await?, left_out: merged.left_out.clone() })
}

fn wanted(cart: &Cart, guest: &GuestCart) -> Vec<sipstr_domain::cart::CartLine> {
    crate::desk::together(&cart.lines, &guest.lines.wanted())
}
