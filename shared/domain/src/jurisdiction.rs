//! Rules as data: what the law of a place asks, each with the rule's id and where it is written.
//!
//! Each file is a sample to be confirmed by counsel, and says so.

use std::sync::OnceLock;

use jiff::civil::{Date, Time};
use serde::Deserialize;

use crate::catalog::{Category, Container, Product};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jurisdiction {
    pub key: String,
    pub name: String,
    /// Version of the rule set; an order keeps the one that admitted it.
    pub version: String,
    pub note: String,
    pub legal_age: LegalAge,
    pub no_sale: NoSale,
    pub identification: Citation,
    pub deposits: Deposits,
    pub checked_on: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalAge {
    pub years: u16,
    pub rule: String,
    pub citation: String,
}

/// Hours of the local day in which nothing may be sold or handed over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSale {
    pub from: Time,
    pub until: Time,
    pub rule: String,
    pub citation: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub rule: String,
    pub citation: String,
}

/// Container deposits by size and kind, in minor units a container.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deposits {
    pub rule: String,
    pub citation: String,
    pub small: SmallDeposit,
    pub large: FlatDeposit,
    pub carton_of_wine_or_spirits: FlatDeposit,
    /// Whether sales tax falls on the deposit too.
    pub taxable: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmallDeposit {
    pub below_centi_fluid_ounces: u64,
    pub amount: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlatDeposit {
    pub amount: i64,
}

impl Deposits {
    /// Deposit on one sold unit: on each of its containers.
    pub fn on(&self, product: &Product) -> i64 {
        let in_carton = product.container == Container::Carton;
        let each = match product.category {
            _ if product.container == Container::Keg => 0,
            Category::Wine | Category::Spirits if in_carton => self.carton_of_wine_or_spirits.amount,
            _ if product.centi_fluid_ounces() < self.small.below_centi_fluid_ounces => self.small.amount,
            _ => self.large.amount,
        };
        each * i64::from(product.pack)
    }
}

/// The rules of a place; `None` where Sipstr has none, and then nothing is sold there.
pub fn of(key: &str) -> Option<&'static Jurisdiction> {
    static CALIFORNIA: OnceLock<Jurisdiction> = OnceLock::new();
    match key {
        "us-ca" => Some(CALIFORNIA.get_or_init(|| {
            serde_json::from_str(include_str!("../data/us-ca.json")).expect("the file is checked by a test")
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProductId;

    fn product(category: Category, container: Container, volume_ml: u32, pack: u16) -> Product {
        Product {
            id: ProductId::new(),
            name: String::new(),
            maker: String::new(),
            category,
            style: String::new(),
            abv_basis_points: 0,
            volume_ml,
            pack,
            container,
            country: None,
            region: None,
            description: String::new(),
        }
    }

    #[test]
    fn california_asks_a_deposit_by_size_and_kind() {
        let deposits = &of("us-ca").unwrap().deposits;
        assert_eq!(deposits.on(&product(Category::Beer, Container::Can, 355, 6)), 30);
        assert_eq!(deposits.on(&product(Category::Wine, Container::Glass, 750, 1)), 10);
        assert_eq!(deposits.on(&product(Category::Wine, Container::Carton, 500, 1)), 25);
        assert_eq!(deposits.on(&product(Category::Beer, Container::Keg, 19_500, 1)), 0);
    }

    #[test]
    fn nothing_is_sold_where_no_rules_are_known() {
        assert!(of("xx").is_none());
    }
}
