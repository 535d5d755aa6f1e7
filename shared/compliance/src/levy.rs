//! Deposits and taxes on alcohol, as a till or a tax engine reads them.

use jiff::civil::Date;
use sipstr_domain::catalog::Product;
use sipstr_domain::money::Rate;

use crate::kind::{Kind, centi_fluid_ounces};
use crate::law::Law;
use crate::rule::{Asks, Tier};
use crate::set::Subject;

/// The deposit on what is sold as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit<'l> {
    pub rule: &'l str,
    pub citation: &'l str,
    /// Minor units, on all of its containers.
    pub amount: i64,
    /// Whether sales tax falls on the deposit too.
    pub taxable: bool,
}

/// Whether a deposit that is taken here is taxed, and by which rule it is; for a bill, before any product is known.
pub fn deposit_terms<'b>(law: &Law<'b>, on: Date) -> Option<Deposit<'b>> {
    law.about(Subject::Deposit, on).find_map(|rule| match rule.asks {
        Asks::ContainerDeposit { taxable, .. } => {
            Some(Deposit { rule: &rule.id, citation: &rule.citation, amount: 0, taxable })
        }
        _ => None,
    })
}

/// The deposit on a product, with or without alcohol; `None` where no law asks for one.
pub fn deposit<'b>(law: &Law<'b>, product: &Product, on: Date) -> Option<Deposit<'b>> {
    let kind = law.kind(product.into(), on);
    law.about(Subject::Deposit, on).find_map(|rule| {
        let Asks::ContainerDeposit { tiers, taxable } = &rule.asks else { return None };
        let each = tiers.iter().find(|tier| tier.fits(kind, product))?.amount;
        let amount = i64::from(each) * i64::from(product.pack);
        Some(Deposit { rule: &rule.id, citation: &rule.citation, amount, taxable: *taxable })
    })
}

impl Tier {
    fn fits(&self, kind: Kind, product: &Product) -> bool {
        let size = || centi_fluid_ounces(product.volume_ml);
        (self.categories.is_empty() || self.categories.contains(&kind.category))
            && (self.containers.is_empty() || self.containers.contains(&product.container))
            && self.below_centi_fluid_ounces.is_none_or(|below| size() < below)
    }
}

/// What one tax is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Price(Rate),
    /// Hundredths of a minor unit a litre.
    Litre {
        hundredths: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tax<'l> {
    pub rule: &'l str,
    pub citation: &'l str,
    pub base: Base,
}

impl Tax<'_> {
    /// In minor units, on so many of a product for `price` in all; rounded half away from zero.
    pub fn on(&self, product: &Product, quantity: u32, price: i64) -> i64 {
        match self.base {
            Base::Price(rate) => {
                let exact = i128::from(price) * i128::from(rate.0);
                rounded(exact, 1_000_000)
            }
            Base::Litre { hundredths } => {
                let millilitres = i128::from(product.volume_ml) * i128::from(product.pack) * i128::from(quantity);
                rounded(millilitres * i128::from(hundredths), 100_000)
            }
        }
    }
}

fn rounded(exact: i128, per: i128) -> i64 {
    let nearest = (exact + exact.signum() * (per / 2)) / per;
    i64::try_from(nearest).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

/// What the law of alcohol adds to a drink's price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxes<'l> {
    pub taxes: Vec<Tax<'l>>,
    /// The rule that spares it the general sales tax, where one does.
    pub no_sales_tax: Option<&'l str>,
}

pub fn taxes<'b>(law: &Law<'b>, kind: Kind, on: Date) -> Taxes<'b> {
    let kind = law.kind(kind, on);
    let mut found = Taxes { taxes: Vec::new(), no_sales_tax: None };
    for rule in law.about(Subject::Tax, on).filter(|rule| rule.applies_to.drink(kind)) {
        let base = match rule.asks {
            Asks::PriceTax { rate } => Base::Price(rate),
            Asks::LitreTax { hundredths } => Base::Litre { hundredths },
            _ => {
                found.no_sales_tax = Some(&rule.id);
                continue;
            }
        };
        found.taxes.push(Tax { rule: &rule.id, citation: &rule.citation, base });
    }
    found
}

/// The citation of a tax by its rule, so that a bill of another day can be read again.
pub fn tax_named<'b>(law: &Law<'b>, rule: &str, on: Date) -> Option<&'b str> {
    law.about(Subject::Tax, on).find(|known| known.id == rule).map(|known| known.citation.as_str())
}
