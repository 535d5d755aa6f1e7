//! The quote: what a cart costs at this store, now, and why.
//!
//! lines − discounts + deposits + fees + taxes that are added + tip = total, to the unit, always: every amount that is split
//! is split by largest remainder. The types are here, because an order keeps them and splits its refunds by them; how a
//! price is made is `sipstr-pricing`.

use serde::{Deserialize, Serialize};

use crate::ProductId;
use crate::catalog::Category;
use crate::money::{Currency, Money};

mod refund;
mod tax;

pub use tax::{TaxLine, TaxMeasure, TaxShare, TaxTerm, added};

/// A priced line. Amounts are minor units of the quote's currency and stand for the whole quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    pub product_id: ProductId,
    pub name: String,
    pub category: Category,
    pub quantity: u32,
    pub unit_price: i64,
    /// `unitPrice × quantity`.
    pub goods: i64,
    /// This line's part of the discount; never negative.
    pub discount: i64,
    pub deposit: i64,
    /// The taxes that are added; those that the price holds already are not in it.
    pub tax: i64,
    /// `goods − discount + deposit + tax`.
    pub total: i64,
    /// Shown with their names by `sipstr-pricing`.
    #[serde(skip)]
    pub taxes: Vec<TaxShare>,
}

/// What is charged beside the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    Delivery,
    Service,
    SmallOrder,
}

/// A priced fee, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricedFee {
    pub kind: FeeKind,
    pub amount: i64,
    pub discount: i64,
    /// The taxes that are added.
    pub tax: i64,
    /// `amount − discount + tax`.
    pub total: i64,
    #[serde(skip)]
    pub taxes: Vec<TaxShare>,
}

/// One row of the bill, with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    pub kind: ChargeKind,
    pub amount: i64,
    pub explanation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    Goods,
    Discount,
    Deposit,
    Tax,
    DeliveryFee,
    ServiceFee,
    SmallOrderFee,
    Tip,
}

/// A whole price. Amounts are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub currency: Currency,
    pub lines: Vec<PricedLine>,
    /// Those that are charged.
    pub fees: Vec<PricedFee>,
    /// Of the taxes that something here bears.
    pub terms: Vec<TaxTerm>,
    /// The bill row by row; the rows sum to the total.
    pub charges: Vec<Charge>,
    pub goods: i64,
    pub discount: i64,
    pub deposit: i64,
    /// The taxes that are added.
    pub tax: i64,
    /// The taxes that the prices hold already.
    pub tax_included: i64,
    pub tip: i64,
    pub total: i64,
}

impl Price {
    pub fn money(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    pub fn fee(&self, kind: FeeKind) -> i64 {
        self.fees.iter().filter(|fee| fee.kind == kind).map(|fee| fee.amount).sum()
    }
}
