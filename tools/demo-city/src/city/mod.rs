//! The demo city: San Francisco with three licensed stores, their assortments, five couriers, staff and customers.
//!
//! Stores, people and licence numbers are invented; streets and coordinates are real. Keys are stable slugs;
//! [`crate::stable_suffix`] turns a kind and a key into the suffix of an id.

mod assortment;
mod people;
mod promotions;
mod stores;

use serde::Serialize;

use crate::catalogue::{CatalogueEntry, Category, catalogue};

pub use people::{Courier, Customer, Login, Role, StaffMember, Vehicle};
pub use promotions::{Promotion, PromotionEffect};
pub use stores::{DayHours, Store, Weekday};

/// Everything that the demo needs besides the products themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct City {
    pub name: &'static str,
    pub stores: Vec<Store>,
    /// What each store sells: one entry a store, in the order of `stores`.
    pub assortments: Vec<Assortment>,
    pub couriers: Vec<Courier>,
    pub staff: Vec<StaffMember>,
    pub support: Login,
    pub admin: Login,
    pub customers: Vec<Customer>,
    pub promotions: Vec<Promotion>,
}

impl City {
    /// Everyone who can log in, for the list that a fresh start prints.
    pub fn logins(&self) -> Vec<&Login> {
        let customers = self.customers.iter().map(|customer| &customer.login);
        let staff = self.staff.iter().map(|member| &member.login);
        let couriers = self.couriers.iter().map(|courier| &courier.login);
        customers.chain(staff).chain(couriers).chain([&self.support, &self.admin]).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assortment {
    /// Key of the store.
    pub store: &'static str,
    pub items: Vec<StockedProduct>,
}

/// A product on a store's shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StockedProduct {
    pub product_id: String,
    /// The store's price of the pack in US cents; ends in 49 or 99.
    pub price_cents: u32,
    /// Packs on the shelf at the start.
    pub quantity: u32,
    /// At or below this many packs the store is told to reorder.
    pub low_stock_threshold: u32,
}

/// A point on the map in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Position {
    pub lat: f64,
    pub lng: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Address {
    pub line: &'static str,
    pub city: &'static str,
    /// Two-letter state code.
    pub region: &'static str,
    pub postal_code: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    pub position: Position,
}

const fn san_francisco(line: &'static str, postal_code: &'static str, lat: f64, lng: f64) -> Address {
    let position = Position { lat, lng };
    Address { line, city: "San Francisco", region: "CA", postal_code, country: "US", position }
}

/// The demo city over the whole catalogue.
pub fn city() -> City {
    city_of(&catalogue())
}

/// The demo city with assortments chosen from `products`, for callers that have the catalogue already.
pub fn city_of(products: &[CatalogueEntry]) -> City {
    let stores = stores::stores();
    City {
        name: "San Francisco",
        assortments: stores.iter().map(|store| assortment::choose(store, products)).collect(),
        couriers: people::couriers(),
        staff: people::staff(),
        support: people::support(),
        admin: people::admin(),
        customers: people::customers(),
        promotions: promotions::promotions(),
        stores,
    }
}

impl Store {
    /// Whether the store's licence covers a category.
    pub fn may_sell(&self, category: Category) -> bool {
        self.licensed_for.contains(&category)
    }
}
