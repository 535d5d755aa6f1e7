use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, Problem};
use sipstr_runtime::take;

use crate::desk::{CODES, Which, valid_tip};
use crate::view::CartView;

/// How the cart shall be served. What is left out is not chosen: this is the whole of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartChoices {
    /// Another store has another cart: that becomes the current one, and this one stays as it is.
    pub store_id: StoreId,
    pub address_id: Option<AddressId>,
    pub promo_code: Option<PromoCode>,
    /// Minor units of the store's currency.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub tip: i64,
    /// Whether store credit pays what it can.
    #[serde(default)]
    pub use_credit: bool,
}

/// Chooses store, address, discount code and tip, and makes the store's cart the current one. Whether the code applies is said by
/// the quote; a new one counts as an attempt, of which there are twenty in a quarter of an hour.
#[utoipa::path(
    put, path = "/v1/cart", tag = "Cart", operation_id = "putCart",
    request_body = CartChoices,
    responses(
        (status = 200, body = CartView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn put_cart(
    customer: Customer,
    State(state): State<crate::State>,
    Body(choices): Body<CartChoices>,
) -> ApiResult<Json<CartView>> {
    valid_tip(choices.tip)?;
    let crate::State { desk, accounts, limits, clock, .. } = &state;
    if let Some(code) = &choices.promo_code
        && desk.carts.of_store(customer.id(), &choices.store_id).await?.promo_code.as_ref() != Some(code)
    {
        take(limits, CODES, customer.id().as_str(), clock.now()).await?;
    }
    if let Some(address) = &choices.address_id {
        accounts.address(customer.id(), address).await?.ok_or_else(Problem::not_found)?;
    }
    let changed = desk.change(customer.id(), Which::Of(&choices.store_id), &[], |cart, scene| {
        let before = cart.clone();
        cart.address_id = choices.address_id.clone();
        cart.promo_code = choices.promo_code.clone();
        cart.tip = choices.tip;
        cart.use_credit = choices.use_credit;
        if !scene.current || *cart != before {
            cart.chosen_at = Some(scene.now);
        }
        Ok(())
    });
    Ok(Json(changed.await?.0))
}
