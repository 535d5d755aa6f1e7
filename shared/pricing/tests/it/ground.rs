//! A store and what it sells.

use jiff::civil::{Date, date};
use sipstr_compliance::{Book, Law};
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{Catalogued, Category, Container, Listing, Product};
use sipstr_domain::geo::Point;
use sipstr_domain::money::{Currency, Money, Rate};
use sipstr_domain::pricing::{Price, TaxShare};
use sipstr_domain::store::{DeliveryTerms, Licence, Store};
use sipstr_domain::terms::Terms;
use sipstr_domain::{ProductId, StoreId};
use sipstr_pricing::{Basket, Reduction, TaxBook, assess, price};

pub const TODAY: Date = date(2026, 11, 27);

pub fn store(jurisdiction: &str, currency: Currency, sales_tax: u32) -> Store {
    Store {
        id: StoreId::derive(&["store"]),
        name: "Corner Bottles".into(),
        address: "1 Market St".into(),
        location: Point::new(37.79, -122.40).unwrap(),
        time_zone: "UTC".into(),
        jurisdiction: jurisdiction.into(),
        sales_tax: Rate(sales_tax),
        currency,
        licence: Licence { number: "1".into(), classes: vec![], categories: vec![], expires_on: date(2040, 1, 1) },
        hours: vec![],
        paused: false,
        delivery: DeliveryTerms { radius_metres: 5_000, fee: 499, ..DeliveryTerms::default() },
        preparation_minutes: 15,
        commission: Commission::default(),
    }
}

pub fn listing(store: &Store, category: Category, price: i64, volume_ml: u32, pack: u16) -> Listing {
    let abv_basis_points = match category {
        Category::NonAlcoholic => 0,
        Category::Spirits => 4_000,
        Category::Wine => 1_350,
        _ => 500,
    };
    let container = if category == Category::Beer { Container::Can } else { Container::Glass };
    Listing {
        store_id: store.id.clone(),
        price: Money::new(price, store.currency),
        terms: Terms::default(),
        withdrawn: false,
        product: Product {
            id: ProductId::new(),
            name: "A drink".into(),
            maker: "A maker".into(),
            category,
            style: String::new(),
            abv_basis_points,
            volume_ml,
            pack,
            container,
            country: None,
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        },
    }
}

pub fn priced(store: &Store, lines: &[(Listing, u32)], reductions: &[Reduction], tip: i64, on: Date) -> Price {
    let law = Law::on(Book::builtin(), &store.jurisdiction, None, on).ok();
    let assessment = assess(TaxBook::builtin(), law.as_ref(), store, lines, on);
    price(&Basket { store, lines, assessment: &assessment, reductions, tip })
}

/// The shares of a line as id, base and amount.
pub fn told<'p>(price: &'p Price, shares: &'p [TaxShare]) -> Vec<(&'p str, i64, i64)> {
    let told = |share: &'p TaxShare| (price.terms[usize::from(share.tax)].id.as_str(), share.base, share.amount);
    shares.iter().map(told).collect()
}
