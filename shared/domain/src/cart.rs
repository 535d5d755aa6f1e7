//! What a customer means to buy: one cart a store, several at once. A cart is priced on every read; what it keeps of prices is
//! what the customer last saw, so that she can be told what moved.

pub mod guest;
pub mod idle;
pub mod lines;
pub mod list;
pub mod share;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::promotion::PromoCode;
use crate::{AddressId, ProductId, StoreId, UserId};

pub use lines::{LeftOut, LeftOutReason, Line, Lines, TooManyLines};

/// An order is one transaction of at most 100 actions: a line each, the order, the cart, a promotion and its mark. With more
/// promotions, lines that take from several buckets, or lines of products with a daily cap, which take two actions each, an order of
/// so many lines is told to come in two: of nothing but such products 49 fit.
pub const MAX_LINES: usize = 96;
pub const MAX_QUANTITY: u32 = 99;
/// 1,000.00 in a currency with cents.
pub const MAX_TIP: i64 = 100_000;
/// Carts with something in them that one customer may have.
pub const MAX_CARTS: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    pub customer_id: UserId,
    pub store_id: StoreId,
    /// Counts the changes; an order closes the cart at the version that was quoted, and at no other.
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_id: Option<AddressId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    #[serde(default)]
    pub tip: i64,
    /// Whether store credit pays what it can.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub use_credit: bool,
    #[serde(default)]
    pub lines: Lines,
    /// Of several carts the one that was chosen last is the current one; one that was put away is not chosen at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Timestamp>,
    /// When the customer last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// Where the sweep of abandoned carts finds it; at or before the last change. Absent where nobody has to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<Timestamp>,
    /// The last time that the customer was reminded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<idle::Reminded>,
}

/// So many of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartLine {
    pub product_id: ProductId,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

impl Cart {
    pub fn new(customer_id: UserId, store_id: StoreId) -> Self {
        Self {
            customer_id,
            store_id,
            version: 0,
            address_id: None,
            promo_code: None,
            tip: 0,
            use_credit: false,
            lines: Lines::default(),
            chosen_at: None,
            changed_at: None,
            idle_since: None,
            reminded: None,
        }
    }

    /// The cart that `/v1/cart` means: the one that was chosen last.
    pub fn current(carts: Vec<Self>) -> Option<Self> {
        carts.into_iter().filter(|cart| cart.chosen_at.is_some()).max_by_key(|cart| cart.chosen_at)
    }

    /// Notes that the customer did something to it. A cart that is watched stays watched from where it was: the sweep moves it
    /// on, so that a change costs no write to the index.
    pub fn touch(&mut self, now: Timestamp) {
        self.changed_at = Some(now);
        if !self.lines.is_empty() && self.idle_since.is_none() {
            self.idle_since = Some(idle::whole_second(now));
        }
    }

    /// Empties it and takes it out of sight. The version goes on, so that an old quote finds another cart than it was made for.
    pub fn put_away(&mut self) {
        *self = Self {
            version: self.version,
            idle_since: self.idle_since,
            reminded: self.reminded,
            ..Self::new(self.customer_id.clone(), self.store_id.clone())
        };
    }

    /// Takes over what was put into a cart before signing in, by the rule of [`Lines::merge`]. Of tip and code the newer choice
    /// counts; who chose nothing as a guest changes nothing. It is the current cart afterwards.
    pub fn take_over(&mut self, guest: &guest::GuestCart, now: Timestamp) -> Vec<LeftOut> {
        let left_out = self.lines.merge(&guest.lines.wanted());
        if guest.chosen_at.is_some() && guest.chosen_at > self.chosen_at {
            self.tip = guest.tip;
            self.promo_code.clone_from(&guest.promo_code);
        }
        self.chosen_at = Some(now);
        self.touch(now);
        left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_current_cart_is_the_one_that_was_chosen_last() {
        let customer = UserId::new();
        let cart = |chosen_at| Cart { chosen_at, ..Cart::new(customer.clone(), StoreId::new()) };
        let (first, second, away) = (cart(Some(at(1))), cart(Some(at(2))), cart(None));
        assert_eq!(Cart::current(vec![second.clone(), away.clone(), first]), Some(second));
        assert_eq!(Cart::current(vec![away]), None);
    }

    #[test]
    fn a_cart_that_was_put_away_is_empty_and_remembers_its_version() {
        let mut cart =
            Cart { version: 7, tip: 100, chosen_at: Some(at(1)), ..Cart::new(UserId::new(), StoreId::new()) };
        cart.lines.set(ProductId::new(), 2).unwrap();
        cart.touch(at(2));
        cart.put_away();
        assert!(cart.lines.is_empty() && cart.chosen_at.is_none());
        assert_eq!((cart.version, cart.tip, cart.idle_since), (7, 0, Some(at(2))));
    }

    #[test]
    fn the_newer_choice_of_tip_and_code_counts() {
        let code: PromoCode = "WELCOME".to_owned().try_into().unwrap();
        let mut guest = guest::GuestCart::new(crate::CartId::new(), "hash".into(), StoreId::new(), at(5));
        let kept = Cart { tip: 300, chosen_at: Some(at(10)), ..Cart::new(UserId::new(), guest.store_id.clone()) };
        let merged = |guest: &guest::GuestCart| {
            let mut cart = kept.clone();
            cart.take_over(guest, at(30));
            (cart.tip, cart.promo_code)
        };
        assert_eq!(merged(&guest), (300, None), "nothing was chosen as a guest");
        (guest.tip, guest.promo_code, guest.chosen_at) = (500, Some(code.clone()), Some(at(9)));
        assert_eq!(merged(&guest), (300, None));
        guest.chosen_at = Some(at(11));
        assert_eq!(merged(&guest), (500, Some(code)));
    }
}
