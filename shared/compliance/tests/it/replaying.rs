//! A stored trace is asked again under the editions that made it.

use sipstr_compliance::{Book, Inputs, Line, Outcome, replay};
use sipstr_domain::Currency;
use sipstr_domain::catalog::Category;
use sipstr_domain::compliance::Trace;
use sipstr_domain::store::Store;

use crate::ground::{hand_over, line, local, placing, store};

const EVENING: &str = "2026-11-23T18:00-08:00";

fn california() -> Store {
    store("us-ca", "America/Los_Angeles", Currency::Usd)
}

fn trace(rules: &str, passed: &[&str]) -> Trace {
    Trace { rules: rules.into(), passed: passed.iter().map(|rule| (*rule).to_owned()).collect() }
}

/// As orders and deliveries of that day have them in storage.
fn placed_then() -> Trace {
    serde_json::from_str(
        r#"{"rules":"us-ca@2026-11-23","passed":["us-ca.age","us-ca.hours","store.licence","store.hours","store.delivery_area"]}"#,
    )
    .unwrap()
}

#[test]
fn an_order_of_the_first_edition_is_decided_the_same_today() {
    let store = california();
    let lines = [line(Category::Beer)];
    let placing = placing(&store, &lines, local(&store, EVENING));
    let again = replay(Book::builtin(), &placed_then(), Inputs::Placing(&placing)).unwrap();
    assert!(again.agrees, "{again:?}");
    assert_eq!(placing.decide().unwrap(), placed_then(), "the edition of that day is asked about that day");

    let kinds = [line(Category::Beer).kind];
    let door = hand_over(&store, &kinds, local(&store, EVENING));
    let handed =
        trace("us-ca@2026-11-23", &["us-ca.hours", "door.sober", "us-ca.identification", "door.match", "us-ca.age"]);
    assert!(replay(Book::builtin(), &handed, Inputs::HandOver(&door)).unwrap().agrees);
}

#[test]
fn the_edition_of_the_trace_is_asked_and_not_the_one_of_today() {
    let mut store = california();
    store.licence.classes = vec!["20".into()];
    let lines = [line(Category::Spirits)];
    let placing = placing(&store, &lines, local(&store, "2027-03-10T18:00-08:00"));
    assert_eq!(placing.decide().unwrap_err().rule, "us-ca.licence_classes", "the second edition knows classes");
    let again = replay(Book::builtin(), &placed_then(), Inputs::Placing(&placing)).unwrap();
    assert!(again.agrees, "the first does not");
}

#[test]
fn other_inputs_do_not_agree_and_show_why() {
    let store = california();
    let lines: [Line; 1] = [line(Category::Beer)];
    let placing = placing(&store, &lines, local(&store, "2026-11-23T03:00-08:00"));
    let again = replay(Book::builtin(), &placed_then(), Inputs::Placing(&placing)).unwrap();
    assert!(!again.agrees);
    let last = again.decision.asked.last().unwrap();
    assert_eq!(last.rule, "us-ca.hours");
    assert!(matches!(last.outcome, Outcome::Refused { .. }));
}

#[test]
fn a_trace_of_two_places_is_asked_under_both() {
    let store = store("us-nj", "America/New_York", Currency::Usd);
    let lines = [line(Category::Beer)];
    let mut placing = placing(&store, &lines, local(&store, "2027-03-10T18:00-05:00"));
    placing.destination.jurisdiction = Some("us-nj-ocean-city");
    let trace = placing.decide().unwrap();
    assert!(replay(Book::builtin(), &trace, Inputs::Placing(&placing)).unwrap().agrees);
}

#[test]
fn a_trace_of_unknown_rules_is_told_as_such() {
    let store = california();
    let lines = [line(Category::Beer)];
    let placing = placing(&store, &lines, local(&store, EVENING));
    for rules in ["us-ca@1999-01-01", "us-ca", "", "@", "us-ca@test", "us-ca@2026-11-23+xx@1", "+"] {
        let again = replay(Book::builtin(), &trace(rules, &[]), Inputs::Placing(&placing));
        assert_eq!(again.unwrap_err().rules, rules);
    }
    let water = [line(Category::NonAlcoholic)];
    let placing = crate::ground::placing(&store, &water, local(&store, EVENING));
    let none = trace("none", &["store.licence", "store.hours", "store.delivery_area"]);
    assert!(replay(Book::builtin(), &none, Inputs::Placing(&placing)).unwrap().agrees);
}
