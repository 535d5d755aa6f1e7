//! What a customer means to buy. A cart holds no prices: it is priced on every read.

use serde::{Deserialize, Serialize};

use crate::promotion::PromoCode;
use crate::{AddressId, ProductId, StoreId, UserId};

/// An order is one transaction of at most 100 actions: a line each, the order, the cart, a promotion and its mark. With more
/// promotions, or lines that take from several buckets, an order of so many lines is told to come in two.
pub const MAX_LINES: usize = 96;
pub const MAX_QUANTITY: u32 = 99;
/// 1,000.00 in a currency with cents.
pub const MAX_TIP: i64 = 100_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    pub customer_id: UserId,
    /// Counts the changes; an order closes the cart at the version that was quoted, and at no other.
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
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
    pub lines: Vec<CartLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartLine {
    pub product_id: ProductId,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartRefused {
    #[error("choose a store first")]
    NoStore,
    #[error("a cart holds at most {MAX_LINES} different products")]
    TooManyLines,
}

impl Cart {
    pub fn empty(customer_id: UserId) -> Self {
        Self {
            customer_id,
            version: 0,
            store_id: None,
            address_id: None,
            promo_code: None,
            tip: 0,
            use_credit: false,
            lines: Vec::new(),
        }
    }

    /// Another store means other products: the lines go.
    pub fn choose_store(&mut self, store: StoreId) {
        if self.store_id.as_ref() != Some(&store) {
            self.lines.clear();
            self.store_id = Some(store);
        }
    }

    /// Sets how many of a product are wanted; the quantity is the whole of it, so that a repeated request changes nothing.
    pub fn set(&mut self, product: ProductId, quantity: u32) -> Result<(), CartRefused> {
        if self.store_id.is_none() {
            return Err(CartRefused::NoStore);
        }
        if let Some(line) = self.lines.iter_mut().find(|line| line.product_id == product) {
            line.quantity = quantity;
            return Ok(());
        }
        if self.lines.len() >= MAX_LINES {
            return Err(CartRefused::TooManyLines);
        }
        self.lines.push(CartLine { product_id: product, quantity });
        Ok(())
    }

    pub fn remove(&mut self, product: &ProductId) {
        self.lines.retain(|line| line.product_id != *product);
    }
}
