use serde::Serialize;
use sipstr_checkout::CartGoods;
use sipstr_domain::cart::guest::GuestCart;
use sipstr_domain::cart::{Cart, LeftOut};
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, CartId, StoreId};

/// What a customer means to buy at a store, at its present prices. The bill with taxes and fees is the quote.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartView {
    /// Counts the changes.
    pub version: u64,
    /// Absent while no store was ever chosen.
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
    #[serde(flatten)]
    pub goods: CartGoods,
}

impl CartView {
    pub fn of(cart: Cart, goods: CartGoods) -> Self {
        Self {
            version: cart.version,
            store_id: Some(cart.store_id),
            address_id: cart.address_id,
            promo_code: cart.promo_code,
            tip: cart.tip,
            use_credit: cart.use_credit,
            goods,
        }
    }

    /// The cart of somebody who has not chosen a store.
    pub fn nothing() -> Self {
        Self {
            version: 0,
            store_id: None,
            address_id: None,
            promo_code: None,
            tip: 0,
            use_credit: false,
            goods: CartGoods { items: Vec::new(), goods: None, notes: Vec::new() },
        }
    }
}

/// A cart after something was brought into it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Brought {
    pub cart: CartView,
    /// What did not come into the cart as it was wished, and why.
    pub left_out: Vec<LeftOut>,
}

/// The cart of a guest, at the store's present prices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuestCartView {
    pub id: CartId,
    /// Counts the changes.
    pub version: u64,
    pub store_id: StoreId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    /// Minor units of the store's currency.
    pub tip: i64,
    #[serde(flatten)]
    pub goods: CartGoods,
    /// What depends on who orders and where it goes, and is known after signing in.
    pub not_yet_known: &'static [NotYetKnown],
    /// Any change puts it off.
    pub expires_at: String,
}

/// A part of the bill that cannot be told to a guest.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotYetKnown {
    #[schema(example = "taxes")]
    pub code: &'static str,
    pub detail: &'static str,
}

const NOT_YET_KNOWN: &[NotYetKnown] = &[
    NotYetKnown { code: "delivery", detail: "whether the store delivers there, and the fee, follow from the address" },
    NotYetKnown { code: "taxes", detail: "taxes and deposits are told by the quote, for the address" },
    NotYetKnown { code: "promotions", detail: "codes and automatic discounts are weighed for a customer" },
    NotYetKnown { code: "credit", detail: "store credit belongs to an account" },
    NotYetKnown { code: "age", detail: "who may buy alcohol is judged for a customer and a place" },
];

impl GuestCartView {
    pub fn of(cart: GuestCart, goods: CartGoods) -> Self {
        Self {
            expires_at: cart.expires_at().to_string(),
            id: cart.id,
            version: cart.version,
            store_id: cart.store_id,
            promo_code: cart.promo_code,
            tip: cart.tip,
            goods,
            not_yet_known: NOT_YET_KNOWN,
        }
    }
}
