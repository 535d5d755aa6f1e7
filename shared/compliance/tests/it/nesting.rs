//! Country, region, county and town: what is inherited, replaced and added; dry outlines; gifts; editions.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sipstr_compliance::{Book, Depth, Destination, Placing, RuleFile, RuleFileError, RuleSet};
use sipstr_domain::Currency;
use sipstr_domain::catalog::Category;
use sipstr_domain::geo::Point;

use crate::ground::{line, local, placing, store};

fn rule(id: &str, asks: Value) -> Value {
    json!({"id": id, "citation": "Code § 1", "source": "primary", "checkedOn": "2026-11-27", "asks": asks})
}

fn file(key: &str, version: &str, inherits: Option<&str>, rules: &[Value]) -> String {
    let note = "A sample to be confirmed by counsel.";
    let mut file = json!({"key": key, "name": key, "version": version, "note": note, "rules": rules});
    if let Some(parent) = inherits {
        file["inherits"] = parent.into();
    }
    file.to_string()
}

fn book() -> Book {
    let evenings = json!({"onlyDuring": {"windows": [{"from": "12:00", "until": "22:00"}], "steps": ["order"]}});
    let mut age_18 = rule("zz-a.age", json!({"minimumAge": {"years": 18}}));
    age_18["replaces"] = json!(["zz.age"]);
    let outline = json!([[37.0, -123.0], [37.0, -122.0], [38.0, -122.0], [38.0, -123.0]]);
    let dry = json!({"dry": {"within": {"outlines": [outline]}, "ends": ["destination"]}});
    let mut no_gifts = rule("zz-a-b.gifts", json!({"dryDays": {"days": [{"once": "2027-03-10"}], "steps": ["order"]}}));
    no_gifts["appliesTo"] = json!({"gift": true});
    Book::of([
        file(
            "zz",
            "2026-01-01",
            None,
            &[rule("zz.age", json!({"minimumAge": {"years": 21}})), rule("zz.hours", evenings)],
        ),
        file("zz-a", "2026-01-01", Some("zz@2026-01-01"), &[age_18]),
        file("zz-a-b", "2026-01-01", Some("zz-a@2026-01-01"), &[rule("zz-a-b.dry", dry), no_gifts]),
        file("zz", "2028-01-01", None, &[rule("zz.age", json!({"minimumAge": {"years": 25}}))]),
    ])
    .unwrap()
}

fn ids(set: &RuleSet) -> Vec<&str> {
    set.rules().iter().map(|rule| rule.id.as_str()).collect()
}

#[test]
fn a_town_has_the_rules_of_its_region_and_country() {
    let book = book();
    let day = date(2027, 3, 10);
    assert_eq!(ids(book.at("zz-a", day).unwrap()), ["zz-a.age", "zz.hours"]);
    assert_eq!(ids(book.at("zz-a-b", day).unwrap()), ["zz-a-b.dry", "zz-a.age", "zz.hours", "zz-a-b.gifts"]);
    assert_eq!(book.at("zz-a-b", day).unwrap().legal_age(day), Some(18));
}

#[test]
fn editions_follow_each_other_and_the_first_holds_before() {
    let book = book();
    let age = |day: Date| book.at("zz", day).unwrap().legal_age(day);
    assert_eq!(age(date(1970, 1, 1)), Some(21));
    assert_eq!(age(date(2027, 12, 31)), Some(21));
    assert_eq!(age(date(2028, 1, 1)), Some(25));
    assert_eq!(book.at("zz-a", date(2029, 1, 1)).unwrap().edition, "zz-a@2026-01-01", "it pins its country's edition");
    assert!(book.edition("zz@2028-01-01").is_ok() && book.edition("zz@2027-01-01").is_err());
}

#[test]
fn a_dry_outline_and_a_rule_for_gifts_refuse() {
    let book = book();
    let mut store = store("zz-a-b", "America/Los_Angeles", Currency::Usd);
    store.delivery.radius_metres = 500_000;
    let lines = [line(Category::Beer)];
    let asked = |point, gift, at: &str| {
        let destination = Destination { gift, ..Destination::at(point) };
        let placing = Placing { destination, ..placing(&store, &lines, local(&store, at)) };
        placing.ask(&book, Depth::Decide).refused().map(|refused| refused.rule)
    };
    let (inside, outside) = (Point::new(37.5, -122.5).unwrap(), Point::new(38.5, -122.5).unwrap());
    assert_eq!(asked(inside, false, "2027-03-10T18:00-08:00").as_deref(), Some("zz-a-b.dry"));
    assert_eq!(asked(outside, false, "2027-03-10T18:00-08:00"), None);
    assert_eq!(asked(outside, true, "2027-03-10T18:00-08:00").as_deref(), Some("zz-a-b.gifts"));
    assert_eq!(asked(outside, true, "2027-03-11T18:00-08:00"), None);
    assert_eq!(asked(outside, false, "2027-03-10T22:00-08:00").as_deref(), Some("zz.hours"));
}

#[test]
fn a_place_inherits_only_from_what_it_lies_in() {
    let parent = RuleSet::compile(RuleFile::parse(&file("yy", "2026-01-01", None, &[])).unwrap(), None).unwrap();
    let child = |key, inherits| RuleFile::parse(&file(key, "2026-01-01", Some(inherits), &[])).unwrap();
    assert!(RuleSet::compile(child("yy-a", "yy@2026-01-01"), Some(&parent)).is_ok());
    let missing = RuleSet::compile(child("yy-a", "yy@2025-01-01"), Some(&parent)).unwrap_err();
    assert_eq!(missing, RuleFileError::ParentMissing("yy@2025-01-01".into()));
    let stranger = RuleSet::compile(child("zz-a", "yy@2026-01-01"), Some(&parent)).unwrap_err();
    assert_eq!(stranger, RuleFileError::NotWithin { key: "zz-a".into(), parent: "yy".into() });
    // Two that inherit from each other: neither lies within the other, so neither is read.
    let book = Book::of([
        file("aa", "2026-01-01", Some("bb@2026-01-01"), &[]),
        file("bb", "2026-01-01", Some("aa@2026-01-01"), &[]),
    ]);
    assert!(book.unwrap().at("aa", date(2027, 1, 1)).is_none());
}
