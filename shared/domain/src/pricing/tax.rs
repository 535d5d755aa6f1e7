//! Taxes as a bill carries them and as an order keeps them.

use serde::{Deserialize, Serialize};

use crate::money::Rate;

/// What a tax is reckoned by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TaxMeasure {
    /// Of the price, in millionths.
    Rate(Rate),
    /// Hundredths of a minor unit a litre of the drink.
    PerLitre(u32),
    /// Hundredths of a minor unit a litre of pure alcohol.
    PerLitreOfAlcohol(u32),
}

/// A tax of a bill, said once for all that bear it. The rate is kept, because a store's may change; name and law are found
/// again by the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxTerm {
    pub id: String,
    #[serde(flatten)]
    pub measure: TaxMeasure,
    /// Whether the prices hold it already; such a tax is told and not added.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub included: bool,
}

/// What a line or a fee bears of one tax of its bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxShare {
    /// Its place among the terms of the bill.
    pub tax: u8,
    /// Minor units without this tax; of a tax by volume, millilitres.
    pub base: i64,
    pub amount: i64,
}

/// A tax of a line, of a fee or of the whole bill, as people and programs read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxLine {
    #[schema(example = "us-ca.sales_tax")]
    pub id: String,
    #[schema(example = "Sales tax")]
    pub name: String,
    #[serde(flatten)]
    pub measure: TaxMeasure,
    /// Whether the price holds it already.
    pub included: bool,
    /// What it is reckoned from: minor units, or millilitres where it is a tax by volume.
    pub base: i64,
    pub amount: i64,
    /// The law that asks for it.
    pub citation: String,
}

/// What is added to the price by these shares; what the prices hold already is not.
pub fn added(shares: &[TaxShare], terms: &[TaxTerm]) -> i64 {
    let adds = |share: &&TaxShare| terms.get(usize::from(share.tax)).is_none_or(|term| !term.included);
    shares.iter().filter(adds).map(|share| share.amount).sum()
}
