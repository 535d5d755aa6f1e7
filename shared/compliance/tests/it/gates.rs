//! The three gates, told rule by rule.

use crate::ground::{good_door, hand_over, line, local, paying, placing, product, store};
use sipstr_compliance::{
    Book, Depth, Destination, DoorCheck, HandOver, IdSeen, Kind, Line, Offer, Outcome, Placing, Premises,
};
use sipstr_domain::Currency;
use sipstr_domain::catalog::{Category, Container};
use sipstr_domain::geo::Point;
use sipstr_domain::store::Store;

/// A Wednesday evening.
const EVENING: &str = "2027-03-10T18:00-08:00";

fn california() -> Store {
    store("us-ca", "America/Los_Angeles", Currency::Usd)
}

fn eastern(key: &str) -> Store {
    store(key, "America/New_York", Currency::Usd)
}

fn scotland() -> Store {
    store("gb-sct", "Europe/London", Currency::Gbp)
}

/// Places an order in the evening and tells what refuses.
fn refused<'a>(
    store: &'a Store,
    lines: &'a [Line],
    change: impl FnOnce(&mut Placing<'a>),
) -> Option<(&'static str, String)> {
    let evening = match store.time_zone.as_str() {
        "America/Los_Angeles" => EVENING,
        "America/New_York" | "America/Toronto" => "2027-03-10T18:00-05:00",
        "America/Chicago" => "2027-03-10T18:00-06:00",
        "Australia/Sydney" => "2027-03-10T18:00+11:00",
        _ => "2027-03-10T18:00+00:00",
    };
    let mut placing = placing(store, lines, local(store, evening));
    change(&mut placing);
    placing.decide().err().map(|refused| (refused.code, refused.rule))
}

fn by(code: &'static str, rule: &str) -> Option<(&'static str, String)> {
    Some((code, rule.to_owned()))
}

#[test]
fn an_evening_order_of_an_adult_is_admitted_with_its_trace() {
    let store = california();
    let lines = [line(Category::Beer)];
    let trace = placing(&store, &lines, local(&store, EVENING)).decide().unwrap();
    assert_eq!(trace.rules, "us-ca@2026-11-27");
    assert_eq!(trace.passed, ["us-ca.age", "us-ca.hours", "store.licence", "store.hours", "store.delivery_area"]);
}

#[test]
fn a_place_without_rules_refuses_alcohol_and_says_so() {
    for key in ["xx", "", "us", "us-zz", "us-ca-", "gb"] {
        let store = Store { jurisdiction: key.into(), ..california() };
        assert_eq!(refused(&store, &[line(Category::Beer)], |_| {}), by("no_rules_for_place", "jurisdiction.known"));
        let water = [line(Category::NonAlcoholic)];
        assert_eq!(refused(&store, &water, |_| {}), None, "water is sold anywhere");
        let trace = placing(&store, &water, local(&store, EVENING)).decide().unwrap();
        assert_eq!(trace.rules, "none");
    }
}

#[test]
fn the_store_itself_refuses() {
    let beer = [line(Category::Beer)];
    let with = |change: fn(&mut Store)| {
        let mut store = california();
        change(&mut store);
        refused(&store, &beer, |_| {})
    };
    assert_eq!(with(|s| s.licence.categories = vec![Category::Wine]), by("not_licensed", "store.licence"));
    assert_eq!(with(|s| s.licence.expires_on = jiff::civil::date(2027, 3, 9)), by("licence_expired", "store.licence"));
    assert_eq!(with(|s| s.paused = true), by("store_closed", "store.hours"));
    let far = Destination::at(Point::new(38.5, -121.5).unwrap());
    let asked = refused(&california(), &beer, |placing| placing.destination = far);
    assert_eq!(asked, by("outside_delivery_area", "store.delivery_area"));
}

#[test]
fn a_licence_of_a_class_sells_what_the_class_may() {
    let mut store = california();
    store.licence.classes = vec!["20".into()];
    assert_eq!(refused(&store, &[line(Category::Wine)], |_| {}), None);
    assert_eq!(refused(&store, &[line(Category::Spirits)], |_| {}), by("not_licensed", "us-ca.licence_classes"));
    store.licence.classes = vec!["20".into(), "21".into()];
    assert_eq!(refused(&store, &[line(Category::Spirits)], |_| {}), None);
    store.licence.classes = vec!["99".into()];
    assert_eq!(refused(&store, &[line(Category::Beer)], |_| {}), by("not_licensed", "us-ca.licence_classes"));
}

#[test]
fn the_door_must_be_reached_before_two() {
    let store = california();
    let beer = [line(Category::Beer)];
    let at = |text: &str| {
        let asked = Placing { hand_over: None, ..placing(&store, &beer, local(&store, text)) };
        asked.decide().err().map(|refused| refused.code)
    };
    // Fifteen minutes of preparation, twenty-five on the way.
    assert_eq!(at("2027-03-10T01:19-08:00"), None);
    assert_eq!(at("2027-03-10T01:20-08:00"), Some("outside_selling_hours"));
}

#[test]
fn strong_wine_is_spirits_in_washington() {
    let mut store = store("us-wa", "America/Los_Angeles", Currency::Usd);
    store.licence.categories = vec![Category::Wine];
    let wine = |abv| [Line::new(&product(Category::Wine, abv, 750, 1, Container::Glass), 1, 2_000, 0)];
    assert_eq!(refused(&store, &wine(2_400), |_| {}), None);
    assert_eq!(refused(&store, &wine(2_401), |_| {}), by("not_licensed", "store.licence"));
}

#[test]
fn a_sale_of_beer_in_pennsylvania_is_192_ounces() {
    let store = eastern("us-pa");
    let cans = |quantity| [Line::new(&product(Category::Beer, 500, 355, 1, Container::Can), quantity, 200, 0)];
    assert_eq!(refused(&store, &cans(16), |_| {}), None);
    assert_eq!(refused(&store, &cans(17), |_| {}), by("too_much_for_one_sale", "us-pa.beer_volume"));
    assert_eq!(refused(&store, &cans(u32::MAX), |_| {}), by("too_much_for_one_sale", "us-pa.beer_volume"));
    let split = [cans(9)[0], cans(8)[0]];
    assert_eq!(refused(&store, &split, |_| {}), by("too_much_for_one_sale", "us-pa.beer_volume"));
    let with_wine = [cans(16)[0], Line { quantity: 40, ..line(Category::Wine) }];
    assert_eq!(refused(&store, &with_wine, |_| {}), None, "wine is not counted");
}

#[test]
fn beer_in_pennsylvania_is_paid_before_it_leaves() {
    let store = eastern("us-pa");
    let kinds = [line(Category::Beer).kind];
    let mut asked = paying(&store, &kinds, local(&store, "2027-03-10T18:00-05:00"));
    assert_eq!(asked.decide().unwrap().passed, ["us-pa.prepaid", "store.licence"]);
    asked.at_door = true;
    assert_eq!(asked.decide().unwrap_err().code, "not_prepaid");
}

#[test]
fn kansas_and_tennessee_are_dry_until_a_county_opts_in() {
    let wet = [String::from("county:47037")];
    for (key, county) in [("us-ks", "county:20091"), ("us-tn", "county:47037")] {
        let store = store(key, "America/Chicago", Currency::Usd);
        let dry = by("dry_area", &format!("{key}.local_option"));
        let codes = [county.to_owned()];
        let wine = [line(Category::Wine)];
        assert_eq!(refused(&store, &wine, |_| {}), dry, "nobody said which county it is");
        assert_eq!(refused(&store, &wine, |placing| placing.destination.codes = &codes), None);
        assert_eq!(refused(&store, &[line(Category::Beer)], |_| {}), None);
    }
    let store = store("us-ks", "America/Chicago", Currency::Usd);
    let elsewhere = refused(&store, &[line(Category::Wine)], |placing| placing.destination.codes = &wet);
    assert_eq!(elsewhere, by("dry_area", "us-ks.local_option"));
}

#[test]
fn texas_has_dry_counties() {
    let store = store("us-tx", "America/Chicago", Currency::Usd);
    let (borden, travis) = ([String::from("county:48033")], [String::from("county:48453")]);
    let beer = [line(Category::Beer)];
    let to_borden = refused(&store, &beer, |placing| placing.destination.codes = &borden);
    assert_eq!(to_borden, by("dry_area", "us-tx.dry_counties"));
    assert_eq!(refused(&store, &beer, |placing| placing.destination.codes = &travis), None);
}

#[test]
fn nobody_sells_in_ocean_city_and_what_is_bought_elsewhere_may_come() {
    let island = Point::new(39.270, -74.580).unwrap();
    let book = Book::builtin();
    let day = jiff::civil::date(2027, 3, 10);
    assert_eq!(book.locate("us-nj", island, &[], day), "us-nj-ocean-city");
    assert_eq!(book.locate("us-nj", Point::new(40.7, -74.2).unwrap(), &[], day), "us-nj");
    assert_eq!(
        book.locate("us-nj", Point::new(40.7, -74.2).unwrap(), &["town:ocean city".into()], day),
        "us-nj-ocean-city"
    );

    let beer = [line(Category::Beer)];
    let there = Store { location: island, ..eastern("us-nj-ocean-city") };
    assert_eq!(refused(&there, &beer, |_| {}), by("dry_area", "us-nj-ocean-city.dry"));

    let mainland = Store { location: Point::new(39.30, -74.60).unwrap(), ..eastern("us-nj") };
    let door = Destination {
        jurisdiction: Some("us-nj-ocean-city"),
        premises: Some(Premises::Residence),
        ..Destination::at(island)
    };
    let mut asked = placing(&mainland, &beer, local(&mainland, "2027-03-10T18:00-05:00"));
    asked.destination = door;
    let trace = asked.decide().unwrap();
    assert_eq!(trace.rules, "us-nj@2026-11-27+us-nj-ocean-city@2026-11-27");
    assert_eq!(trace.passed.iter().filter(|rule| *rule == "us-nj.age").count(), 1, "what both inherit is asked once");
}

#[test]
fn a_delivery_does_not_cross_the_border_of_a_region() {
    let asked =
        refused(&california(), &[line(Category::Beer)], |placing| placing.destination.jurisdiction = Some("us-nv"));
    assert_eq!(asked, by("outside_jurisdiction", "jurisdiction.border"));
    let asked =
        refused(&california(), &[line(Category::Beer)], |placing| placing.destination.jurisdiction = Some("us-ca-x"));
    assert_eq!(asked, by("no_rules_for_place", "jurisdiction.known"));
}

#[test]
fn some_doors_are_no_doors_for_alcohol() {
    let at = |key: &str, zone: &str, premises| {
        let store = store(key, zone, Currency::Usd);
        refused(&store, &[line(Category::Beer)], |placing| placing.destination.premises = premises)
            .map(|(code, _)| code)
    };
    let (new_york, toronto) = ("America/New_York", "America/Toronto");
    for premises in [Premises::School, Premises::Locker] {
        assert_eq!(at("us-ga", new_york, Some(premises)), Some("premises_not_allowed"));
    }
    assert_eq!(at("us-ga", new_york, Some(Premises::Campus)), None);
    assert_eq!(at("us-nj", new_york, Some(Premises::Campus)), Some("premises_not_allowed"));
    assert_eq!(at("ca-on", toronto, Some(Premises::PrivatePlace)), None);
    assert_eq!(at("ca-on", toronto, Some(Premises::PublicPlace)), Some("premises_not_allowed"));
    assert_eq!(at("ca-on", toronto, None), Some("premises_unknown"), "where the law cares, somebody must say");
    assert_eq!(at("us-va", new_york, None), None);
}

#[test]
fn whoever_excluded_herself_is_not_sold_to_in_new_south_wales() {
    let sydney = store("au-nsw", "Australia/Sydney", Currency::Aud);
    let beer = [line(Category::Beer)];
    let excluded = refused(&sydney, &beer, |placing| placing.self_excluded = true);
    assert_eq!(excluded, by("self_excluded", "au-nsw.self_exclusion"));
    assert_eq!(refused(&california(), &beer, |placing| placing.self_excluded = true), None);
}

#[test]
fn the_night_in_scotland_is_for_licensed_premises() {
    let store = scotland();
    let kinds = [line(Category::Beer).kind];
    let mut asked = hand_over(&store, &kinds, local(&store, "2027-03-10T02:00+00:00"));
    assert_eq!(asked.decide().unwrap_err().rule, "gb-sct.delivery_hours");
    asked.destination.premises = Some(Premises::LicensedPremises);
    assert!(asked.decide().is_ok());
    asked.destination.premises = None;
    assert!(asked.decide().is_err(), "a door that nobody described may be any");
}

#[test]
fn a_tennessee_delivery_costs_what_the_store_asks() {
    let store = store("us-tn", "America/Chicago", Currency::Usd);
    let beer = |unit_price, store_price| [Line { unit_price, store_price, ..line(Category::Beer) }];
    assert_eq!(refused(&store, &beer(300, Some(299)), |_| {}), by("marked_up", "us-tn.store_price"));
    assert_eq!(refused(&store, &beer(299, Some(299)), |_| {}), None);
    assert_eq!(refused(&store, &beer(300, None), |_| {}), None);
}

#[test]
fn massachusetts_takes_no_coupons_and_sells_nothing_below_invoice() {
    let store = eastern("us-ma");
    let coupon = Offer { by_code: true, off_goods: true, by_quantity: false };
    let wine = [line(Category::Wine)];
    let offered = |offer| refused(&store, &wine, |placing| placing.offer = Some(offer));
    assert_eq!(offered(coupon), by("promotion_not_lawful", "us-ma.coupons"));
    assert_eq!(offered(Offer { off_goods: false, ..coupon }), None, "free delivery makes no drink cheaper");
    assert_eq!(offered(Offer { by_code: false, ..coupon }), None);

    let at = |unit_price, discount, invoice_price| {
        let wine = Line { unit_price, discount, invoice_price, quantity: 2, ..line(Category::Wine) };
        refused(&store, &[wine], |_| {})
    };
    let below = by("below_invoice_price", "us-ma.invoice");
    assert_eq!(at(1_000, 0, Some(1_000)), None);
    assert_eq!(at(1_000, 1, Some(1_000)), below);
    assert_eq!(at(999, 0, Some(1_000)), below);
    assert_eq!(at(999, 0, None), None, "the store knows what it paid");
    assert_eq!(at(1_000, 1, None), below, "a discount must be shown to stay above it");
}

#[test]
fn an_id_is_scanned_in_utah_and_not_in_new_hampshire() {
    let seen = |key: &str, id| {
        let store = eastern(key);
        let kinds = [line(Category::Beer).kind];
        let at = local(&store, "2027-03-10T18:00-05:00");
        let asked = HandOver { door: DoorCheck { id, ..good_door() }, ..hand_over(&store, &kinds, at) };
        asked.decide().err().map(|refused| refused.code)
    };
    assert_eq!(seen("us-ut", IdSeen::Looked), Some("id_scan_required"));
    assert_eq!(seen("us-ut", IdSeen::Scanned), None);
    assert_eq!(seen("us-nh", IdSeen::Looked), None);
    assert_eq!(seen("us-nh", IdSeen::Scanned), Some("id_scan_forbidden"));
    for key in ["us-ut", "us-nh", "us-va"] {
        assert_eq!(seen(key, IdSeen::Not), Some("id_not_checked"));
    }
}

#[test]
fn the_door_refuses_in_the_order_in_which_a_courier_sees_things() {
    let store = california();
    let kinds = [line(Category::Beer).kind];
    let at_door = |door| {
        HandOver { door, ..hand_over(&store, &kinds, local(&store, EVENING)) }.decide().map_err(|refused| refused.code)
    };
    let good = good_door();
    assert_eq!(
        at_door(good).unwrap().passed,
        ["us-ca.hours", "us.attended", "door.sober", "us-ca.identification", "door.match", "us-ca.age"]
    );
    let child = DoorCheck {
        attended: false,
        sober: false,
        id: IdSeen::Not,
        matches_recipient: false,
        date_of_birth: crate::ground::born(jiff::civil::date(2010, 1, 1)),
    };
    assert_eq!(at_door(child).unwrap_err(), "left_unattended");
    let child = DoorCheck { attended: true, ..child };
    assert_eq!(at_door(child).unwrap_err(), "recipient_intoxicated");
    let child = DoorCheck { sober: true, ..child };
    assert_eq!(at_door(child).unwrap_err(), "id_not_checked");
    let child = DoorCheck { id: IdSeen::Looked, ..child };
    assert_eq!(at_door(child).unwrap_err(), "id_mismatch");
    let child = DoorCheck { matches_recipient: true, ..child };
    assert_eq!(at_door(child).unwrap_err(), "under_age");
}

#[test]
fn an_explanation_goes_on_to_the_end() {
    let store = eastern("us-ma");
    let lines = [Line { discount: 100, ..line(Category::Beer) }];
    let mut asked = placing(&store, &lines, local(&store, "2027-11-25T12:00-05:00"));
    asked.date_of_birth = crate::ground::born(jiff::civil::date(2010, 1, 1));
    let explained = asked.ask(Book::builtin(), Depth::Explain);
    let refusals: Vec<&str> = explained
        .asked
        .iter()
        .filter(|asked| matches!(asked.outcome, Outcome::Refused { .. }))
        .map(|asked| asked.rule)
        .collect();
    assert_eq!(refusals, ["us-ma.age", "us-ma.days", "us-ma.invoice"]);
    assert!(explained.asked.iter().any(|asked| asked.rule == "us-ma.hours" && asked.outcome == Outcome::Passed));
    let store_price = explained.asked.iter().find(|asked| asked.rule == "us.store_price").unwrap();
    assert!(matches!(store_price.outcome, Outcome::NotConcerned(_)));
    assert_eq!(asked.decide().unwrap_err().rule, "us-ma.age");
}

#[test]
fn an_unknown_strength_is_judged_by_the_stricter_reading() {
    let mut store = store("us-wa", "America/Los_Angeles", Currency::Usd);
    store.licence.categories = vec![Category::Wine];
    let wine = [Line { kind: Kind::of(Category::Wine), ..line(Category::Wine) }];
    assert_eq!(refused(&store, &wine, |_| {}), by("not_licensed", "store.licence"));
    let ale = [Line { kind: Kind::of(Category::Beer), ..line(Category::Beer) }];
    assert_eq!(refused(&scotland(), &ale, |_| {}), by("below_minimum_price", "gb-sct.minimum_price_2024"));
}
