//! Kits at the till: what is bought is their parts, at what the kit costs.

use proptest::prelude::*;
use sipstr_domain::cart::Line;
use sipstr_domain::catalog::Part;
use sipstr_domain::stock::{Bucket, Caps, Shelf};

use super::tests::{facts, noon, obstacles, store, ten_off};
use super::*;
use sipstr_domain::{Currency, Money, ProductId};

const ALE: i64 = 1_299;
const STOUT: i64 = 500;

fn id(name: &str) -> ProductId {
    ProductId::derive(&[name])
}

fn shelf(left: u32) -> Shelf {
    let mut shelf = Shelf::new(1);
    shelf.see(0, left);
    shelf
}

/// A shop with an ale, a stout, and a kit of one and two of them.
fn shop(jurisdiction: &str, zone: &str, region: &str, price: i64) -> Facts {
    let mut facts = facts(store(jurisdiction, zone), region);
    let ale = facts.listings[&id("ale")].clone();
    let listing = |name: &str, price: i64, parts: Vec<Part>| {
        let mut listing = ale.clone();
        listing.product.id = id(name);
        listing.product.name = name.to_owned();
        listing.product.catalogued.parts = parts;
        listing.price = Money::new(price, Currency::Usd);
        (id(name), listing)
    };
    let part = |name: &str, quantity| Part { id: id(name), quantity };
    facts
        .listings
        .extend([listing("stout", STOUT, vec![]), listing("weekend", price, vec![part("ale", 1), part("stout", 2)])]);
    facts.shelves.extend([(id("ale"), shelf(10)), (id("stout"), shelf(10))]);
    facts
}

fn in_california(price: i64) -> Facts {
    shop("us-ca", "America/Los_Angeles", "CA", price)
}

/// The shop, where a customer may have only so many stouts.
fn stout_capped(caps: Caps) -> Facts {
    let mut facts = in_california(1_999);
    let (store, product) = (facts.store.as_ref().unwrap().id.clone(), id("stout"));
    let mut shelf = Shelf::new(1);
    shelf.meet(&Bucket { caps, ..Bucket::new(store, product.clone(), 0, 1, 10) });
    facts.shelves.insert(product, shelf);
    facts
}

fn wish(name: &str, quantity: u32) -> CartLine {
    CartLine { product_id: id(name), quantity }
}

fn quoted(lines: &[CartLine], facts: &Facts) -> Quote {
    let store = facts.store.as_ref().unwrap().id.clone();
    let asks: Vec<Ask> = facts.promotions.keys().cloned().map(Ask::plain).collect();
    let (clock, now) = (LocalClock::default(), noon());
    let request = Request { store: &store, lines, typed: None, asks: &asks, tip: 0, use_credit: false, now, clock };
    quote(&request, facts).unwrap()
}

fn goods(quote: &Quote) -> i64 {
    quote.price.lines.iter().map(|line| line.goods - line.discount).sum()
}

#[test]
fn who_buys_a_kit_buys_its_parts_at_the_price_of_the_kit() {
    let facts = in_california(1_999);
    let quote = quoted(&[wish("weekend", 2)], &facts);
    assert_eq!(obstacles(&quote), []);
    let lines: Vec<_> = quote.price.lines.iter().map(|line| (line.product_id.clone(), line.quantity)).collect();
    assert_eq!(lines, [(id("ale"), 2), (id("stout"), 4)]);
    assert_eq!(goods(&quote), 2 * 1_999);
    let told = quote.price.charges.iter().find(|charge| charge.amount == -2 * (ALE + 2 * STOUT - 1_999)).unwrap();
    assert_eq!(told.explanation, "weekend: 2 at 19.99 USD");
    assert_eq!(quote.price.deposit, (2 + 4) * 30, "each of its sixpacks bears its deposit");
}

#[test]
fn a_kit_beside_its_parts_is_one_line_a_product_and_costs_the_same() {
    let facts = in_california(1_999);
    let quote = quoted(&[wish("ale", 1), wish("weekend", 1)], &facts);
    let lines: Vec<_> = quote.price.lines.iter().map(|line| (line.product_id.clone(), line.quantity)).collect();
    assert_eq!(lines, [(id("ale"), 2), (id("stout"), 2)]);
    assert_eq!(goods(&quote), ALE + 1_999);
}

#[test]
fn a_kit_never_costs_more_than_its_parts() {
    let facts = in_california(9_999);
    let quote = quoted(&[wish("weekend", 1)], &facts);
    assert_eq!((goods(&quote), quote.price.discount), (ALE + 2 * STOUT, 0));
    let lines = [Line { product_id: id("weekend"), quantity: 1, seen: None }];
    let shown = review(lines.iter(), &facts, LocalClock::default(), noon());
    assert_eq!(shown.items[0].unit_price, Some(Money::new(ALE + 2 * STOUT, Currency::Usd)));
    assert_eq!(prices(&[wish("weekend", 1)], &facts, noon())[&id("weekend")], ALE + 2 * STOUT);
}

#[test]
fn promotions_are_given_on_what_the_kit_left() {
    let mut facts = in_california(1_999);
    facts.promotions = [ten_off()].map(|promotion| (promotion.code.clone(), promotion)).into();
    assert_eq!(goods(&quoted(&[wish("weekend", 1)], &facts)), 1_999 - 200);
}

#[test]
fn there_are_as_many_kits_as_the_scarcest_part_makes_and_whoever_stands_first_is_served() {
    let mut facts = in_california(1_999);
    facts.shelves.insert(id("stout"), shelf(5));
    let short = |lines: &[CartLine]| {
        let quote = quoted(lines, &facts);
        quote.obstacles.iter().map(|o| (o.code, o.product_id.clone().unwrap(), o.left)).collect::<Vec<_>>()
    };
    assert_eq!(short(&[wish("weekend", 2), wish("stout", 1)]), []);
    assert_eq!(short(&[wish("weekend", 3)]), [("out_of_stock", id("weekend"), Some(2))]);
    assert_eq!(short(&[wish("weekend", 2), wish("stout", 2)]), [("out_of_stock", id("stout"), Some(1))]);
    assert_eq!(short(&[wish("stout", 2), wish("weekend", 2)]), [("out_of_stock", id("weekend"), Some(1))]);
    let (lines, left_out) = purchasable(&[wish("weekend", 4)], &facts, noon());
    assert_eq!((lines, left_out.len()), (vec![wish("weekend", 2)], 1));
}

#[test]
fn no_order_has_more_of_a_product_than_the_store_lets_it_in_a_kit_or_beside_one() {
    let facts = stout_capped(Caps { per_order: Some(3), ..Caps::default() });
    assert_eq!(obstacles(&quoted(&[wish("weekend", 1), wish("stout", 1)], &facts)), []);
    let over = quoted(&[wish("weekend", 1), wish("stout", 2)], &facts);
    assert_eq!(obstacles(&over), [("too_many_per_order", None), ("too_many_per_order", None)]);
    let lines = [Line { product_id: id("stout"), quantity: 4, seen: None }];
    let shown = review(lines.iter(), &facts, LocalClock::default(), noon());
    assert_eq!((shown.items[0].availability, shown.notes[0].code), (ItemAvailability::Capped, CartNoteCode::Cap));
}

#[test]
fn what_was_ordered_today_counts_and_a_kit_counts_as_its_parts() {
    let mut facts = stout_capped(Caps { per_day: Some(5), ..Caps::default() });
    assert_eq!(obstacles(&quoted(&[wish("weekend", 2), wish("stout", 1)], &facts)), []);
    let today = |lines: &[CartLine], facts: &Facts| {
        let quote = quoted(lines, facts);
        quote.obstacles.iter().map(|o| (o.code, o.product_id.clone().unwrap(), o.left)).collect::<Vec<_>>()
    };
    assert_eq!(today(&[wish("weekend", 3)], &facts), [("too_many_today", id("weekend"), Some(2))]);
    assert_eq!(
        today(&[wish("weekend", 2), wish("stout", 2)], &facts),
        [("too_many_today", id("stout"), Some(1))],
        "whoever stands first is served"
    );
    let (lines, left_out) = purchasable(&[wish("stout", 9)], &facts, noon());
    assert_eq!((lines, left_out.len()), (vec![wish("stout", 5)], 1));

    facts.taken.insert(id("stout"), 4);
    assert_eq!(today(&[wish("stout", 1), wish("ale", 9)], &facts), []);
    assert_eq!(today(&[wish("weekend", 1)], &facts), [("too_many_today", id("weekend"), Some(0))]);
    facts.taken.insert(id("stout"), 7);
    let quote = quoted(&[wish("stout", 1)], &facts);
    assert_eq!(quote.obstacles[0].detail, "the store sells you no more of it today", "the cap was lowered");
    assert!(!quote.obstacles[0].by_rule && quote.trace.is_none());
    let lines = [Line { product_id: id("stout"), quantity: 1, seen: None }];
    let shown = review(lines.iter(), &facts, LocalClock::default(), noon());
    assert_eq!((shown.notes[0].code, shown.notes[0].left), (CartNoteCode::Cap, Some(0)));
}

#[test]
fn a_kit_that_lacks_a_part_is_not_sold() {
    let mut facts = in_california(1_999);
    facts.listings.remove(&id("stout"));
    assert_eq!(obstacles(&quoted(&[wish("weekend", 1)], &facts))[0].0, "product_unavailable");
    let mut nested = in_california(1_999);
    let kit = nested.listings[&id("weekend")].product.catalogued.parts.clone();
    nested.listings.get_mut(&id("stout")).unwrap().product.catalogued.parts = kit;
    assert_eq!(obstacles(&quoted(&[wish("weekend", 1)], &nested))[0].0, "product_unavailable");
}

#[test]
fn where_nothing_is_cheaper_by_the_quantity_only_a_kit_at_the_price_of_its_parts_is_sold() {
    let in_scotland = |price| {
        let quote = quoted(&[wish("weekend", 1)], &shop("gb-sct", "Europe/London", "Scotland", price));
        quote.obstacles.iter().any(|obstacle| obstacle.rule.as_deref() == Some("gb-sct.quantity_discount"))
    };
    assert!(in_scotland(1_999));
    assert!(!in_scotland(ALE + 2 * STOUT));
}

#[test]
fn what_the_law_counts_stands_in_the_way_of_the_kit_that_holds_it() {
    let facts = shop("us-pa", "America/New_York", "PA", 1_999);
    let lines = [Line { product_id: id("weekend"), quantity: 1, seen: None }];
    let shown = review(lines.iter(), &facts, LocalClock::default(), noon());
    assert_eq!(shown.notes[0].product_id, id("weekend"), "three sixpacks");
    assert_eq!(shown.items[0].availability, ItemAvailability::Capped);
}

proptest! {
    #[test]
    fn what_is_charged_is_what_kits_and_products_cost(
        price in 1_i64..3_000, kits in 0_u32..4, ales in 0_u32..4, stouts in 0_u32..4,
    ) {
        let facts = in_california(price);
        let wishes = [wish("stout", stouts), wish("weekend", kits), wish("ale", ales)];
        let lines: Vec<CartLine> = wishes.into_iter().filter(|line| line.quantity > 0).collect();
        let quote = quoted(&lines, &facts);
        let kit = price.min(ALE + 2 * STOUT);
        let cost = kit * i64::from(kits) + ALE * i64::from(ales) + STOUT * i64::from(stouts);
        prop_assert_eq!(goods(&quote), cost);
        let p = &quote.price;
        let rows: i64 = p.charges.iter().map(|charge| charge.amount).sum();
        prop_assert_eq!(rows, p.total);
    }
}
