use jiff::SignedDuration;
use jiff::civil::{date, time};
use sipstr_domain::account::{Address, DateOfBirth, Role};
use sipstr_domain::books::Commission;
use sipstr_domain::cart::{LeftOut, LeftOutReason, Line};
use sipstr_domain::catalog::{Catalogued, Category, Container, Listing, Product};
use sipstr_domain::geo::Point;
use sipstr_domain::money::Rate;
use sipstr_domain::promotion::{Benefit, Entry, PromoCode, Promotion, Rules};
use sipstr_domain::stock::Shelf;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours};
use sipstr_domain::terms::{PriceSchedule, Schedules, Terms};
use sipstr_domain::{AddressId, Currency, Money, ProductId, UserId};
use sipstr_storage::accounts::Account;

use super::*;

/// Noon in New York and nine in San Francisco, on a Wednesday.
const NOON: &str = "2027-03-10T17:00:00Z";

pub(super) fn store(jurisdiction: &str, time_zone: &str) -> Store {
    Store {
        id: StoreId::derive(&["store"]),
        name: "Corner Bottles".into(),
        address: "1 Market St".into(),
        location: Point::new(37.79, -122.40).unwrap(),
        time_zone: time_zone.into(),
        jurisdiction: jurisdiction.into(),
        sales_tax: Rate(86_250),
        currency: Currency::Usd,
        licence: Licence {
            number: "21-1".into(),
            classes: vec![],
            categories: vec![Category::Beer],
            expires_on: date(2090, 1, 1),
        },
        hours: (1..=7)
            .map(|weekday| OpeningHours { weekday, opens: time(8, 0, 0, 0), closes: time(22, 0, 0, 0) })
            .collect(),
        paused: false,
        delivery: DeliveryTerms { radius_metres: 5_000, fee: 499, minimum_basket: 0, ..DeliveryTerms::default() },
        preparation_minutes: 15,
        commission: Commission::default(),
    }
}

pub(super) fn facts(store: Store, region: &str) -> Facts {
    let product = Product {
        id: ProductId::derive(&["ale"]),
        name: "Pale Ale".into(),
        maker: "Brewery".into(),
        category: Category::Beer,
        style: "Pale Ale".into(),
        abv_basis_points: 500,
        volume_ml: 355,
        pack: 6,
        container: Container::Can,
        country: None,
        region: None,
        description: String::new(),
        catalogued: Catalogued::default(),
    };
    let id = product.id.clone();
    let price = Money::new(1_299, Currency::Usd);
    let listing = Listing { store_id: store.id.clone(), product, price, terms: Terms::default(), withdrawn: false };
    let address = Address {
        id: AddressId::derive(&["home"]),
        recipient: "Ada Lovelace".parse().unwrap(),
        line1: "1 Main St".into(),
        line2: None,
        city: "Springfield".into(),
        region: region.into(),
        postal_code: "12345".into(),
        country: "US".into(),
        location: store.location,
        instructions: None,
    };
    let born = DateOfBirth::new(date(1990, 1, 1), date(2027, 1, 1)).unwrap();
    let (email, name) = ("ada@example.test".parse().unwrap(), "Ada Lovelace".parse().unwrap());
    let roles = vec![Role::Customer];
    let account = Account {
        email_verified_at: Some(Timestamp::UNIX_EPOCH),
        ..Account::new(UserId::derive(&["ada"]), email, name, born, roles, Timestamp::UNIX_EPOCH)
    };
    Facts {
        account: Some(account),
        address: Some(address),
        store: Some(store),
        listings: [(id.clone(), listing)].into(),
        shelves: [(id, Shelf::new(2))].into(),
        ..Facts::default()
    }
}

pub(super) fn ten_off() -> Promotion {
    Promotion {
        code: PromoCode::try_from("TEN".to_owned()).unwrap(),
        title: "10 % off".into(),
        benefit: Benefit::PercentOffItems { rate: Rate::percent(10) },
        version: 1,
        entry: Entry::Code,
        rules: Rules::default(),
        store_id: None,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: Timestamp::MAX,
        limit: 1,
        used: 0,
        lane: 0,
        exclusive: false,
        per_customer: None,
        budget: None,
        budget_left: None,
    }
}

fn quoted(facts: &Facts) -> Quote {
    let store = facts.store.as_ref().unwrap().id.clone();
    let lines = [CartLine { product_id: ProductId::derive(&["ale"]), quantity: 2 }];
    let asks: Vec<Ask> = facts.promotions.keys().cloned().map(Ask::plain).collect();
    let request = Request {
        store: &store,
        lines: &lines,
        typed: asks.first(),
        asks: &asks,
        tip: 0,
        use_credit: false,
        now: NOON.parse().unwrap(),
        clock: LocalClock::default(),
    };
    quote(&request, facts).unwrap()
}

pub(super) fn obstacles(quote: &Quote) -> Vec<(&'static str, Option<&str>)> {
    quote.obstacles.iter().map(|obstacle| (obstacle.code, obstacle.rule.as_deref())).collect()
}

#[test]
fn a_quote_in_california_has_its_deposit_and_its_trace() {
    let quote = quoted(&facts(store("us-ca", "America/Los_Angeles"), "CA"));
    assert_eq!((quote.price.goods, quote.price.deposit, quote.price.tax), (2_598, 60, 229));
    assert_eq!(obstacles(&quote), []);
    let trace = quote.trace.unwrap();
    assert_eq!(trace.rules, "us-ca@2026-11-27");
    assert_eq!(trace.passed, ["us-ca.age", "us-ca.hours", "store.licence", "store.hours", "store.delivery_area"]);
}

#[test]
fn the_price_of_the_moment_counts() {
    let noon: Timestamp = NOON.parse().unwrap();
    let mut facts = facts(store("us-ca", "America/Los_Angeles"), "CA");
    let terms = &mut facts.listings.values_mut().next().unwrap().terms;
    let hour = SignedDuration::from_hours(1);
    let reduced = |from| vec![PriceSchedule { amount: 999, from, until: from + hour, label: None }];
    terms.schedules = Schedules::new(reduced(noon), noon).unwrap();
    assert_eq!(quoted(&facts).price.goods, 2 * 999);
    let terms = &mut facts.listings.values_mut().next().unwrap().terms;
    terms.schedules = Schedules::new(reduced(noon + hour), noon).unwrap();
    assert_eq!(quoted(&facts).price.goods, 2_598);
}

#[test]
fn a_place_without_rules_is_quoted_and_told_that_it_sells_no_alcohol() {
    let quote = quoted(&facts(store("xx", "America/New_York"), "NY"));
    assert_eq!(obstacles(&quote), [("no_rules_for_place", Some("jurisdiction.known"))]);
    assert_eq!((quote.price.deposit, quote.trace), (0, None));
}

#[test]
fn an_address_in_another_state_is_not_delivered_to() {
    let quote = quoted(&facts(store("us-ca", "America/Los_Angeles"), "TX"));
    assert_eq!(obstacles(&quote), [("outside_jurisdiction", Some("jurisdiction.border"))]);
    let quote = quoted(&facts(store("us-ca", "America/Los_Angeles"), "Californie"));
    assert_eq!(obstacles(&quote), [], "a region that no key has is the store's own");
}

#[test]
fn a_coupon_on_alcohol_gives_nothing_in_massachusetts() {
    let mut facts = facts(store("us-ma", "America/New_York"), "MA");
    facts.promotions = [ten_off()].map(|promotion| (promotion.code.clone(), promotion)).into();
    let quote = quoted(&facts);
    assert_eq!(quote.price.discount, 0);
    assert_eq!(obstacles(&quote), [("promotion_not_applicable", Some("us-ma.coupons"))]);
    assert!(quote.obstacles[0].by_rule);

    let free = Promotion { benefit: Benefit::FreeDelivery, ..ten_off() };
    facts.promotions = [free].map(|promotion| (promotion.code.clone(), promotion)).into();
    assert_eq!(obstacles(&quoted(&facts)), []);
}

pub(super) fn noon() -> Timestamp {
    NOON.parse().unwrap()
}

/// A line of two, with the price that was seen.
fn line(product: &str, seen: Option<i64>) -> Line {
    Line { product_id: ProductId::derive(&[product]), quantity: 2, seen }
}

fn told(lines: &[Line], facts: &Facts) -> Vec<(CartNoteCode, Option<u32>)> {
    review(lines.iter(), facts, LocalClock::default(), noon())
        .notes
        .into_iter()
        .map(|note| (note.code, note.left))
        .collect()
}

#[test]
fn a_cart_is_shown_at_present_prices_and_tells_what_moved() {
    let mut facts = facts(store("us-ca", "America/Los_Angeles"), "CA");
    let shown = review([line("ale", Some(1_299)), line("gin", None)].iter(), &facts, LocalClock::default(), noon());
    assert_eq!(shown.goods, Some(Money::new(2_598, Currency::Usd)), "what is not sold costs nothing");
    let standing: Vec<ItemAvailability> = shown.items.iter().map(|item| item.availability).collect();
    assert_eq!(
        standing,
        [ItemAvailability::Available, ItemAvailability::NotSold],
        "of buckets not seen nothing is said"
    );
    assert_eq!(told(&[line("ale", None)], &facts), [], "what was never seen has not moved");
    assert_eq!(told(&[line("ale", Some(1_000))], &facts), [(CartNoteCode::PriceRose, None)]);
    let fell = review([line("ale", Some(1_500))].iter(), &facts, LocalClock::default(), noon()).notes.remove(0);
    assert_eq!(
        (fell.code, fell.detail.as_str()),
        (CartNoteCode::PriceFell, "the price of one fell from 15.00 USD to 12.99 USD")
    );

    let ale = ProductId::derive(&["ale"]);
    for (left, code) in [(1, CartNoteCode::OnlyLeft), (0, CartNoteCode::SoldOut)] {
        let mut shelf = Shelf::new(1);
        shelf.see(0, left);
        facts.shelves.insert(ale.clone(), shelf);
        assert_eq!(told(&[line("ale", Some(1_000))], &facts), [(CartNoteCode::PriceRose, None), (code, Some(left))]);
    }
    let gone = review([line("ale", None)].iter(), &Facts::default(), LocalClock::default(), noon());
    assert_eq!(gone.items, [], "the store is gone");
}

#[test]
fn what_is_more_than_one_sale_may_be_is_told_before_anybody_asks_for_a_quote() {
    let facts = facts(store("us-pa", "America/New_York"), "PA");
    let of = |quantity| [Line { quantity, ..line("ale", None) }];
    assert_eq!(told(&of(2), &facts), [], "two sixpacks of 12 ounces");
    assert_eq!(told(&of(3), &facts), [(CartNoteCode::Cap, None)]);
    let shown = review(of(3).iter(), &facts, LocalClock::default(), noon());
    assert_eq!(
        (shown.items[0].availability, shown.notes[0].rule.as_deref()),
        (ItemAvailability::Capped, Some("us-pa.beer_volume"))
    );
    let elsewhere = Facts { store: Some(store("us-ca", "America/Los_Angeles")), ..facts };
    assert_eq!(told(&of(3), &elsewhere), [], "another law counts nothing");
}

#[test]
fn of_what_is_wished_comes_what_there_is() {
    let mut facts = facts(store("us-ca", "America/Los_Angeles"), "CA");
    let wish = |product: &str, quantity| CartLine { product_id: ProductId::derive(&[product]), quantity };
    let reasons = |left_out: &[LeftOut]| left_out.iter().map(|out| out.reason).collect::<Vec<_>>();
    let mut shelf = Shelf::new(1);
    shelf.see(0, 3);
    facts.shelves.insert(ProductId::derive(&["ale"]), shelf);
    assert_eq!(purchasable(&[wish("ale", 3)], &facts, noon()), (vec![wish("ale", 3)], vec![]));
    let (lines, left_out) = purchasable(&[wish("ale", 5), wish("gin", 1)], &facts, noon());
    assert_eq!((lines, reasons(&left_out)), (vec![wish("ale", 3)], vec![LeftOutReason::Fewer, LeftOutReason::NotSold]));
}
