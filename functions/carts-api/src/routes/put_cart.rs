use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::cart::MAX_TIP;
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, Problem};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::carts::Carts;
use sipstr_storage::stores::Stores;

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
}

/// Chooses store, address, discount code and tip. Whether the code applies is said by the quote.
#[utoipa::path(
    put, path = "/v1/cart", tag = "Cart", operation_id = "putCart",
    request_body = CartChoices,
    responses((status = 200, body = CartView), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn put_cart(
    customer: Customer,
    State(carts): State<Carts>,
    State(stores): State<Stores>,
    State(accounts): State<Accounts>,
    Body(choices): Body<CartChoices>,
) -> ApiResult<Json<CartView>> {
    if !(0..=MAX_TIP).contains(&choices.tip) {
        return Err(Problem::invalid("/tip", format!("must be 0 to {MAX_TIP} minor units")));
    }
    stores.get(&choices.store_id).await?.ok_or_else(Problem::not_found)?;
    if let Some(address) = &choices.address_id {
        accounts.address(customer.id(), address).await?.ok_or_else(Problem::not_found)?;
    }
    let cart = change(&carts, customer.id(), |cart| {
        cart.choose_store(choices.store_id.clone());
        cart.address_id = choices.address_id.clone();
        cart.promo_code = choices.promo_code.clone();
        cart.tip = choices.tip;
        Ok(())
    });
    Ok(Json(cart.await?))
}
