//! Lines, fees and bills with their taxes written out.

use jiff::civil::Date;
use serde::Serialize;
use sipstr_domain::money::Currency;
use sipstr_domain::pricing::{Charge, Price, PricedFee, PricedLine, TaxLine, TaxShare, TaxTerm};

use crate::assess::words;

/// A priced line with the taxes that it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxedLine {
    #[serde(flatten)]
    pub line: PricedLine,
    pub taxes: Vec<TaxLine>,
}

/// A priced fee with the taxes that it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxedFee {
    #[serde(flatten)]
    pub fee: PricedFee,
    pub taxes: Vec<TaxLine>,
}

/// A whole price. Amounts are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceView {
    pub currency: Currency,
    pub lines: Vec<TaxedLine>,
    pub fees: Vec<TaxedFee>,
    /// Each tax once, over all that bears it.
    pub taxes: Vec<TaxLine>,
    /// The bill row by row; the rows sum to the total.
    pub charges: Vec<Charge>,
    pub goods: i64,
    pub discount: i64,
    pub deposit: i64,
    /// The taxes that are added.
    pub tax: i64,
    /// The taxes that the prices hold already.
    pub tax_included: i64,
    pub delivery_fee: i64,
    pub tip: i64,
    pub total: i64,
}

impl PriceView {
    /// Of a price as it was made on this day.
    pub fn of(price: Price, on: Date) -> Self {
        let terms = &price.terms;
        let lines = price.lines.iter().flat_map(|line| &line.taxes);
        let all: Vec<TaxShare> = lines.chain(price.fees.iter().flat_map(|fee| &fee.taxes)).copied().collect();
        Self {
            taxes: summed(&all, terms, on),
            delivery_fee: price.fee(sipstr_domain::pricing::FeeKind::Delivery),
            currency: price.currency,
            lines: price.lines.into_iter().map(|line| TaxedLine::of(line, terms, on)).collect(),
            fees: price.fees.into_iter().map(|fee| TaxedFee::of(fee, terms, on)).collect(),
            charges: price.charges,
            goods: price.goods,
            discount: price.discount,
            deposit: price.deposit,
            tax: price.tax,
            tax_included: price.tax_included,
            tip: price.tip,
            total: price.total,
        }
    }
}

impl TaxedLine {
    pub fn of(line: PricedLine, terms: &[TaxTerm], on: Date) -> Self {
        Self { taxes: written_out(&line.taxes, terms, on), line }
    }
}

impl TaxedFee {
    pub fn of(fee: PricedFee, terms: &[TaxTerm], on: Date) -> Self {
        Self { taxes: written_out(&fee.taxes, terms, on), fee }
    }
}

/// The shares of something with name, measure and law.
pub fn written_out(shares: &[TaxShare], terms: &[TaxTerm], on: Date) -> Vec<TaxLine> {
    let line = |share: &TaxShare| {
        let term = terms.get(usize::from(share.tax))?;
        let (name, citation) = words(&term.id, on);
        let TaxTerm { id, measure, included } = term.clone();
        Some(TaxLine { id, name, measure, included, base: share.base, amount: share.amount, citation })
    };
    shares.iter().filter_map(line).collect()
}

/// Each tax once.
pub fn summed(shares: &[TaxShare], terms: &[TaxTerm], on: Date) -> Vec<TaxLine> {
    let sum = |place: usize| {
        let tax = u8::try_from(place).unwrap_or(u8::MAX);
        let of_tax = shares.iter().filter(|share| share.tax == tax);
        of_tax.fold(TaxShare { tax, base: 0, amount: 0 }, |sum, share| TaxShare {
            tax,
            base: sum.base + share.base,
            amount: sum.amount + share.amount,
        })
    };
    let sums: Vec<TaxShare> = (0..terms.len()).map(sum).collect();
    written_out(&sums, terms, on)
}
