//! What the tests stand on: a store that is always open, an adult, and a door.

use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use sipstr_compliance::{Destination, DoorCheck, HandOver, IdSeen, Kind, Line, Paying, Placing, Premises};
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{Catalogued, Category, Container, Product};
use sipstr_domain::geo::Point;
use sipstr_domain::money::Rate;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours, Store};
use sipstr_domain::{Currency, ProductId, StoreId};

pub const CATEGORIES: [Category; 5] =
    [Category::Beer, Category::Cider, Category::Wine, Category::Spirits, Category::ReadyToDrink];

pub fn store(jurisdiction: &str, time_zone: &str, currency: Currency) -> Store {
    Store {
        id: StoreId::derive(&["store"]),
        name: "Corner Bottles".into(),
        address: "1 Market St".into(),
        location: Point::new(37.79, -122.40).unwrap(),
        time_zone: time_zone.into(),
        jurisdiction: jurisdiction.into(),
        sales_tax: Rate(86_250),
        currency,
        licence: Licence {
            number: "21-1".into(),
            classes: vec![],
            categories: CATEGORIES.to_vec(),
            expires_on: date(2090, 1, 1),
        },
        hours: (1..=7)
            .map(|weekday| OpeningHours { weekday, opens: time(0, 0, 0, 0), closes: time(0, 0, 0, 0) })
            .collect(),
        paused: false,
        delivery: DeliveryTerms { radius_metres: 5_000, fee: 499, minimum_basket: 0, ..DeliveryTerms::default() },
        preparation_minutes: 15,
        commission: Commission::default(),
    }
}

pub fn born(on: Date) -> DateOfBirth {
    DateOfBirth::new(on, date(2090, 1, 1)).unwrap()
}

pub fn adult() -> DateOfBirth {
    born(date(1990, 1, 1))
}

/// `2027-03-10T18:00-08:00` on the store's wall clock; a time that does not exist there is a mistake of the test.
pub fn local(store: &Store, text: &str) -> Zoned {
    let (_, offset) = text.split_at(text.len() - 6);
    let at: Timestamp = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let local = at.to_zoned(TimeZone::get(&store.time_zone).unwrap());
    let written = local.strftime("%Y-%m-%dT%H:%M%:z").to_string();
    assert_eq!(written, text, "{} is not at {offset} then", store.time_zone);
    local
}

pub fn product(category: Category, abv_basis_points: u16, volume_ml: u32, pack: u16, container: Container) -> Product {
    Product {
        id: ProductId::derive(&["product"]),
        name: String::new(),
        maker: String::new(),
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
    }
}

/// A bottle of it, dear enough for every law.
pub fn line(category: Category) -> Line {
    let (abv, volume, container) = match category {
        Category::Beer | Category::Cider | Category::ReadyToDrink => (500, 355, Container::Can),
        Category::Wine => (1_300, 750, Container::Glass),
        Category::Spirits => (4_000, 700, Container::Glass),
        Category::NonAlcoholic => (0, 500, Container::Plastic),
    };
    Line::new(&product(category, abv, volume, 1, container), 1, 5_000, 0)
}

pub fn home(store: &Store) -> Destination<'static> {
    Destination { premises: Some(Premises::Residence), ..Destination::at(store.location) }
}

pub fn placing<'a>(store: &'a Store, lines: &'a [Line], at: Zoned) -> Placing<'a> {
    Placing {
        store,
        date_of_birth: adult(),
        destination: home(store),
        lines,
        offer: None,
        self_excluded: false,
        hand_over: Some(at.clone()),
        local: at,
    }
}

pub fn paying<'a>(store: &'a Store, kinds: &'a [Kind], at: Zoned) -> Paying<'a> {
    Paying { store, destination: home(store), kinds, at_door: false, local: at }
}

pub fn good_door() -> DoorCheck {
    DoorCheck { attended: true, sober: true, id: IdSeen::Looked, matches_recipient: true, date_of_birth: adult() }
}

pub fn hand_over<'a>(store: &'a Store, kinds: &'a [Kind], at: Zoned) -> HandOver<'a> {
    // Where an ID must be scanned, it is.
    let scanned = DoorCheck { id: IdSeen::Scanned, ..good_door() };
    let door = if store.jurisdiction == "us-ut" { scanned } else { good_door() };
    HandOver { store, destination: home(store), kinds, door, local: at }
}
