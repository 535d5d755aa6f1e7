use axum::Json;
use axum::extract::State;
use jiff::SignedDuration;
use serde::Deserialize;
use sipstr_domain::cart::MAX_TIP;
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, Problem};
use sipstr_runtime::take;
use sipstr_storage::limits::Limit;

use crate::view::{CartView, change};

/// How the cart shall be served. What is left out is not chosen: this is the whole of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartChoices {
    /// Choosing another store empties the cart.
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

/// Codes that one customer may try: twenty, then one every 45 seconds. They are short enough to be guessed by a program.
const CODES: Limit = Limit { of: "promo-code", burst: 20, per: SignedDuration::from_mins(15) };

/// Chooses store, address, discount code and tip. Whether the code applies is said by the quote; a new one counts as an
/// attempt, of which there are twenty in a quarter of an hour.
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
    if !(0..=MAX_TIP).contains(&choices.tip) {
        return Err(Problem::invalid("/tip", format!("must be 0 to {MAX_TIP} minor units")));
    }
    let crate::State { carts, stores, accounts, limits, clock, .. } = &state;
    if let Some(code) = &choices.promo_code
        && carts.get(customer.id()).await?.promo_code.as_ref() != Some(code)
    {
        take(limits, CODES, customer.id().as_str(), clock.now()).await?;
    }
    stores.get(&choices.store_id).await?.ok_or_else(Problem::not_found)?;
    if let Some(address) = &choices.address_id {
        accounts.address(customer.id(), address).await?.ok_or_else(Problem::not_found)?;
    }
    let cart = change(carts, customer.id(), |cart| {
        cart.choose_store(choices.store_id.clone());
        cart.address_id = choices.address_id.clone();
        cart.promo_code = choices.promo_code.clone();
        cart.tip = choices.tip;
        cart.use_credit = choices.use_credit;
        Ok(())
    });
    Ok(Json(cart.await?))
}
