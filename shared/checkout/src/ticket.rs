use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::promotion::{Ask, PromoCode, PromotionUse};
use sipstr_domain::{AddressId, StoreId, UserId};

use crate::Quote;

/// How long a quote may be ordered.
pub const QUOTE_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// What a customer agrees to when she orders: signed into the quote's token, so that an order can be read, priced and
/// placed without reading the cart first, and so that nobody orders at a price of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub customer: UserId,
    pub cart_version: u64,
    pub store: StoreId,
    pub address: AddressId,
    pub lines: Vec<CartLine>,
    /// What was typed.
    pub promo_code: Option<PromoCode>,
    /// The promotions that the quote used: these are looked up again, and no others.
    pub promotions: Vec<Ask>,
    pub tip: i64,
    /// The total that was shown, in minor units.
    pub total: i64,
    /// What of it store credit pays.
    pub credit: i64,
    pub expires_at: Timestamp,
}

impl Ticket {
    /// What the signature is for: a token of another purpose is refused.
    pub const PURPOSE: &'static str = "quote";

    /// `None` while no address is chosen.
    pub fn of(cart: &Cart, quote: &Quote, now: Timestamp) -> Option<Self> {
        let ask = |used: &PromotionUse| Ask { promotion: used.code.clone(), unique: used.unique.clone() };
        Some(Self {
            customer: cart.customer_id.clone(),
            cart_version: cart.version,
            store: cart.store_id.clone(),
            address: cart.address_id.clone()?,
            lines: cart.lines.wanted(),
            promo_code: cart.promo_code.clone(),
            promotions: quote.uses.iter().map(ask).collect(),
            tip: cart.tip,
            total: quote.price.total,
            credit: quote.credit,
            expires_at: now + QUOTE_LIFE,
        })
    }
}
