use serde::Serialize;
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, StoreId, UserId};
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::carts::Carts;

/// What a customer means to buy; prices are in the quote.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartView {
    /// Counts the changes.
    pub version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_id: Option<AddressId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    /// Minor units of the store's currency.
    pub tip: i64,
    /// Whether store credit pays what it can.
    pub use_credit: bool,
    pub items: Vec<CartLine>,
}

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        Self {
            version: cart.version,
            store_id: cart.store_id,
            address_id: cart.address_id,
            promo_code: cart.promo_code,
            tip: cart.tip,
            use_credit: cart.use_credit,
            items: cart.lines,
        }
    }
}

/// Changes a cart: reads, changes and stores it on condition that nobody else changed it meanwhile (another tab, an order
/// that closes it). Gives back the cart as it is then; a change that changes nothing writes nothing.
pub async fn change(
    carts: &Carts,
    customer: &UserId,
    change: impl Fn(&mut Cart) -> ApiResult<()>,
) -> ApiResult<CartView> {
    for _ in 0..5 {
        let cart = carts.get(customer).await?;
        let mut next = cart.clone();
        change(&mut next)?;
        if next == cart {
            return Ok(cart.into());
        }
        if carts.store(&next).await? {
            next.version += 1;
            return Ok(next.into());
        }
    }
    Err(Problem::unavailable())
}
