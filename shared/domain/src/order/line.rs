//! A line as an order keeps it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ProductId;
use crate::catalog::Category;
use crate::pricing::{FeeKind, PricedLine, TaxShare, TaxTerm};
use crate::stock::Take;

/// A line with the buckets that it took from, and how many of it were paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredLine", into = "StoredLine")]
pub struct OrderLine {
    pub priced: PricedLine,
    pub takes: Vec<Take>,
    pub refunded: u32,
    /// The store's day on which it was counted for the customer, where the product had a daily cap when it was ordered.
    pub counted_on: Option<Date>,
}

/// What a fee bears of one tax of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeTax {
    pub fee: FeeKind,
    #[serde(flatten)]
    pub share: TaxShare,
}

impl FeeTax {
    /// Whether this tax was added to the price.
    pub fn adds(&self, terms: &[TaxTerm]) -> bool {
        terms.get(usize::from(self.share.tax)).is_none_or(|term| !term.included)
    }
}

/// What a sum of the others tells is not stored, and neither is what is nothing: an order of one line stays below a kilobyte.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredLine {
    product_id: ProductId,
    name: String,
    category: Category,
    quantity: u32,
    unit_price: i64,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    discount: i64,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    deposit: i64,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    tax: i64,
    /// Absent where the order's first tax, on all that the line costs, is all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taxes: Option<Vec<TaxShare>>,
    takes: Vec<Take>,
    #[serde(default, skip_serializing_if = "is_none")]
    refunded: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted_on: Option<Date>,
}

fn is_none(units: &u32) -> bool {
    *units == 0
}

/// The shares of a line that bears the first tax of its order, on all that it costs, or no tax.
fn plain(net: i64, deposit: i64, tax: i64) -> Vec<TaxShare> {
    match tax {
        0 => Vec::new(),
        amount => vec![TaxShare { tax: 0, base: net + deposit, amount }],
    }
}

impl From<OrderLine> for StoredLine {
    fn from(line: OrderLine) -> Self {
        let OrderLine { priced, takes, refunded, counted_on } = line;
        let told = priced.taxes == plain(priced.goods - priced.discount, priced.deposit, priced.tax);
        Self {
            product_id: priced.product_id,
            name: priced.name,
            category: priced.category,
            quantity: priced.quantity,
            unit_price: priced.unit_price,
            discount: priced.discount,
            deposit: priced.deposit,
            tax: priced.tax,
            taxes: (!told).then_some(priced.taxes),
            takes,
            refunded,
            counted_on,
        }
    }
}

impl From<StoredLine> for OrderLine {
    fn from(line: StoredLine) -> Self {
        let goods = line.unit_price.saturating_mul(i64::from(line.quantity));
        let net = goods - line.discount;
        let priced = PricedLine {
            product_id: line.product_id,
            name: line.name,
            category: line.category,
            quantity: line.quantity,
            unit_price: line.unit_price,
            goods,
            discount: line.discount,
            deposit: line.deposit,
            tax: line.tax,
            total: net + line.deposit + line.tax,
            taxes: line.taxes.unwrap_or_else(|| plain(net, line.deposit, line.tax)),
        };
        Self { priced, takes: line.takes, refunded: line.refunded, counted_on: line.counted_on }
    }
}
