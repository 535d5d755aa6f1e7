use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sipstr_domain::cart::guest::GuestCart;
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{CartId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Problem, Public, Visitor};
use sipstr_runtime::take;
use sipstr_storage::limits::Limit;

use crate::desk::{Desk, valid_tip};
use crate::guest::CartToken;
use crate::view::GuestCartView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewGuestCart {
    /// The cart is of this store for good: another store has another cart.
    pub store_id: StoreId,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuestCartBegun {
    /// Opens the cart, in the header `Cart-Token`. It is told here and nowhere else.
    pub token: String,
    pub cart: GuestCartView,
}

/// Begins a cart for somebody who has not signed in. It lasts 30 days from its last change.
///
/// It takes no `Idempotency-Key`: a guest has no name to keep one under, and a cart that nobody opens expires by itself.
#[utoipa::path(
    post, path = "/v1/guest-carts", tag = "Guest carts", operation_id = "beginGuestCart",
    request_body = NewGuestCart,
    responses(
        (status = 201, body = GuestCartBegun),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "no such store"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts` from this network; see Retry-After"),
    )
)]
pub async fn begin_guest_cart(
    _: Public,
    visitor: Visitor,
    State(state): State<crate::State>,
    Body(wish): Body<NewGuestCart>,
) -> ApiResult<(StatusCode, Json<GuestCartBegun>)> {
    let limit = Limit { of: "guest-cart", burst: state.guest_carts, per: SignedDuration::from_mins(15) };
    let network = visitor.network.as_deref().unwrap_or("unknown");
    take(&state.limits, limit, network, state.clock.now()).await?;
    state.stores.get(&wish.store_id).await?.ok_or_else(Problem::not_found)?;
    let (text, token) = CartToken::new();
    let cart = GuestCart::new(CartId::new(), token.hash().to_owned(), wish.store_id, state.clock.now());
    state.desk.carts.add_guest(&cart).await?;
    let cart = state.desk.guest_view(cart).await?;
    Ok((StatusCode::CREATED, Json(GuestCartBegun { token: text, cart })))
}

/// A guest's cart at present prices, with what moved since it was last seen.
#[utoipa::path(
    get, path = "/v1/guest-carts/{cartId}", tag = "Guest carts", operation_id = "showGuestCart",
    params(("cartId" = String, Path), ("Cart-Token" = String, Header)),
    responses(
        (status = 200, body = GuestCartView),
        (status = 404, body = ProblemBody, description = "no such cart, another token, or merged after signing in"),
    )
)]
pub async fn show_guest_cart(
    _: Public,
    State(desk): State<Desk>,
    PathOf(id): PathOf<CartId>,
    token: CartToken,
) -> ApiResult<Json<GuestCartView>> {
    let cart = desk.open_guest(&id, &token).await?;
    Ok(Json(desk.guest_view(cart).await?))
}

/// What a guest may choose. What is left out is not chosen: this is the whole of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuestChoices {
    /// Kept until somebody signs in: whether it applies depends on who orders.
    pub promo_code: Option<PromoCode>,
    /// Minor units of the store's currency.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub tip: i64,
}

/// Chooses discount code and tip, and takes the present prices as seen.
#[utoipa::path(
    put, path = "/v1/guest-carts/{cartId}", tag = "Guest carts", operation_id = "putGuestCart",
    params(("cartId" = String, Path), ("Cart-Token" = String, Header)),
    request_body = GuestChoices,
    responses((status = 200, body = GuestCartView), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody))
)]
pub async fn put_guest_cart(
    _: Public,
    State(desk): State<Desk>,
    PathOf(id): PathOf<CartId>,
    token: CartToken,
    Body(choices): Body<GuestChoices>,
) -> ApiResult<Json<GuestCartView>> {
    valid_tip(choices.tip)?;
    let changed = desk.change_guest((&id, &token), &[], |cart, scene| {
        if (cart.tip, &cart.promo_code) != (choices.tip, &choices.promo_code) || cart.chosen_at.is_none() {
            cart.chosen_at = Some(scene.now);
        }
        cart.tip = choices.tip;
        cart.promo_code = choices.promo_code.clone();
        Ok(())
    });
    Ok(Json(changed.await?))
}

/// Removes a guest's cart.
#[utoipa::path(
    delete, path = "/v1/guest-carts/{cartId}", tag = "Guest carts", operation_id = "removeGuestCart",
    params(("cartId" = String, Path), ("Cart-Token" = String, Header)),
    responses((status = 204), (status = 404, body = ProblemBody))
)]
pub async fn remove_guest_cart(
    _: Public,
    State(desk): State<Desk>,
    PathOf(id): PathOf<CartId>,
    token: CartToken,
) -> ApiResult<StatusCode> {
    desk.open_guest(&id, &token).await?;
    if desk.carts.remove_guest(&id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
