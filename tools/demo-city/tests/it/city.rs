use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use demo_city::city::{Assortment, Position, PromotionEffect, Role};
use demo_city::{CatalogueEntry, Category, City, city, city_of};

use crate::catalogue::CATALOGUE;

static CITY: LazyLock<City> = LazyLock::new(|| city_of(&CATALOGUE));

fn products(assortment: &Assortment) -> HashSet<&str> {
    assortment.items.iter().map(|item| item.product_id.as_str()).collect()
}

fn by_id() -> HashMap<&'static str, &'static CatalogueEntry> {
    CATALOGUE.iter().map(|entry| (entry.id.as_str(), entry)).collect()
}

/// Great-circle distance in metres.
fn metres(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lng = ((b.lng - a.lng).to_radians() / 2.0).sin();
    let chord = half_lat.powi(2) + lat_a.cos() * lat_b.cos() * half_lng.powi(2);
    2.0 * 6_371_000.0 * chord.sqrt().asin()
}

#[test]
fn the_city_is_the_same_every_time() {
    assert_eq!(*CITY, city());
}

#[test]
fn assortments_are_large_different_and_overlapping() {
    assert_eq!(CITY.assortments.len(), 3);
    for (store, assortment) in CITY.stores.iter().zip(&CITY.assortments) {
        assert_eq!(store.key, assortment.store);
        assert!((800..=1_500).contains(&assortment.items.len()), "{}: {}", store.key, assortment.items.len());
        assert_eq!(products(assortment).len(), assortment.items.len(), "a product stands once on a shelf");
    }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
        let (first, second) = (products(&CITY.assortments[first]), products(&CITY.assortments[second]));
        let shared = first.intersection(&second).count();
        let smaller = first.len().min(second.len());
        assert!(shared * 10 > smaller && shared * 10 < smaller * 8, "{shared} of {smaller}");
    }
}

#[test]
fn a_store_carries_only_what_its_licence_covers() {
    let products = by_id();
    for (store, assortment) in CITY.stores.iter().zip(&CITY.assortments) {
        for item in &assortment.items {
            let product = products[item.product_id.as_str()];
            assert!(store.may_sell(product.category), "{}: {product:?}", store.key);
            assert!(product.abv_bps <= 6_000, "{product:?}");
        }
    }
    assert!(!CITY.stores[2].may_sell(Category::Spirits));
}

#[test]
fn shelf_prices_follow_list_prices() {
    let products = by_id();
    // Factors run from 95 to 109 per cent; the nearest price point is at most 25 cents away, and two roundings cost a
    // cent.
    for item in CITY.assortments.iter().flat_map(|assortment| &assortment.items) {
        assert!(matches!(item.price_cents % 100, 49 | 99), "{item:?}");
        let list = products[item.product_id.as_str()].list_price_cents;
        let bounds = (list * 95 / 100).saturating_sub(26)..=list * 109 / 100 + 26;
        assert!(bounds.contains(&item.price_cents), "{item:?} {list}");
    }
}

#[test]
fn most_is_in_stock_some_is_low_a_little_is_out() {
    for assortment in &CITY.assortments {
        let share = |matches: fn(u32) -> bool| {
            assortment.items.iter().filter(|item| matches(item.quantity)).count() * 1_000 / assortment.items.len()
        };
        assert!((15..=50).contains(&share(|quantity| quantity == 0)));
        assert!((30..=80).contains(&share(|quantity| (1..=5).contains(&quantity))));
        assert!(share(|quantity| (6..=60).contains(&quantity)) >= 880);
        assert!(assortment.items.iter().all(|item| item.quantity <= 60 && item.low_stock_threshold == 5));
    }
}

#[test]
fn every_customer_is_in_reach_of_a_store() {
    for customer in &CITY.customers {
        let reached = CITY.stores.iter().filter(|store| {
            metres(store.address.position, customer.address.position) <= f64::from(store.delivery_radius_metres)
        });
        assert!(reached.count() > 0, "{}", customer.login.name);
    }
}

#[test]
fn everyone_can_log_in() {
    let logins = CITY.logins();
    assert_eq!(logins.len(), 3 + 6 + 5 + 2);
    let emails: HashSet<&str> = logins.iter().map(|login| login.email).collect();
    let keys: HashSet<&str> = logins.iter().map(|login| login.key).collect();
    let phones: HashSet<&str> = logins.iter().map(|login| login.phone).collect();
    assert_eq!((emails.len(), keys.len(), phones.len()), (logins.len(), logins.len(), logins.len()));
    for login in logins {
        assert!(login.password.chars().count() >= 15 && login.password.starts_with("demo-only-"), "{}", login.email);
        assert!(login.email.ends_with(".example"), "{}", login.email);
    }
}

#[test]
fn every_store_has_an_owner_and_a_picker() {
    for store in &CITY.stores {
        for role in [Role::StoreOwner, Role::StorePicker] {
            let members = CITY.staff.iter().filter(|member| member.store == store.key && member.login.role == role);
            assert_eq!(members.count(), 1, "{} {role:?}", store.key);
        }
    }
}

#[test]
fn one_customer_is_too_young() {
    let ages: Vec<bool> = CITY.customers.iter().map(|customer| customer.age_verified).collect();
    assert_eq!(ages, [true, true, false]);
    assert!(CITY.customers[2].date_of_birth > "2008-01-01");
    assert!(CITY.customers.iter().all(|customer| customer.email_verified));
}

#[test]
fn every_store_is_open_in_the_demo_evening() {
    for day in CITY.stores.iter().flat_map(|store| store.hours) {
        assert!("06:00" <= day.opens && day.opens < "18:30" && "18:30" < day.closes, "{day:?}");
    }
}

#[test]
fn two_codes_work_and_two_do_not() {
    let code = |wanted: &str| CITY.promotions.iter().find(|promotion| promotion.code == wanted).expect("a known code");
    let welcome = code("WELCOME10");
    assert_eq!(welcome.effect, PromotionEffect::ItemsOff { basis_points: 1_000 });
    assert_eq!((welcome.minimum_basket_cents, welcome.once_per_customer), (2_500, true));
    assert_eq!(code("FREEDELIVERY").effect, PromotionEffect::FreeDelivery);
    assert!(code("SUMMER24").ends_at < "2025");
    assert_eq!(code("FIRST100").usage_limit, code("FIRST100").used);
}

#[test]
fn all_of_it_is_json() {
    let json = serde_json::to_value((&*CITY, &CATALOGUE[..3])).expect("serialisable");
    assert_eq!(json[0]["stores"][0]["key"], "valencia-bottle-house");
    assert_eq!(json[1][0]["category"], "beer");
}
