//! Whatever comes in: a typed error or an answer, never a panic.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;
use serde_json::Value;
use sipstr_compliance::{
    Book, Depth, Destination, DoorCheck, HandOver, IdSeen, Inputs, Kind, Law, Line, Offer, Paying, Placing, Premises,
    RuleFile, RuleSet, deposit, duties, floor, lint, replay, taxes,
};
use sipstr_domain::Currency;
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::catalog::{Category, Container};
use sipstr_domain::compliance::Trace;
use sipstr_domain::geo::Point;
use sipstr_domain::store::Store;

use crate::ground::{born, product, store};

const FILES: [&str; 6] = [
    include_str!("../../rules/us.json"),
    include_str!("../../rules/us-tx.json"),
    include_str!("../../rules/us-wa.json"),
    include_str!("../../rules/us-nj-ocean-city.json"),
    include_str!("../../rules/gb-sct.json"),
    include_str!("../../rules/us-ca.json"),
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop_oneof![Just("24:00"), Just("9999-12-31"), Just("-009999-01-01"), Just("us@2026-11-27"), Just("beer")]
            .prop_map(Value::from),
        prop_oneof![Just(0_i64), Just(-1), Just(65_535), Just(i64::from(u32::MAX))].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every value inside a document, by the way to it.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), found)),
        Value::Array(all) => all.iter().enumerate().for_each(|(i, value)| pointers(value, &format!("{at}/{i}"), found)),
        _ => {}
    }
}

/// A real file of which some places hold something else.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any_json(), 0_u8..4, any::<u16>());
    (0..FILES.len(), prop::collection::vec(change, 0..5)).prop_map(|(file, changes)| {
        let mut document: Value = serde_json::from_str(FILES[file]).unwrap();
        for (index, foreign, how, number) in changes {
            let mut all = Vec::new();
            pointers(&document, "", &mut all);
            let to = &all[index.index(all.len())];
            let other = document.pointer(&all[usize::from(number) % all.len()]).cloned();
            let place = document.pointer_mut(to).unwrap();
            match how {
                0 => *place = foreign,
                // A part of the file in a place that is not its own.
                1 => *place = other.unwrap_or(foreign),
                _ => tweak(place, number),
            }
        }
        document.to_string()
    })
}

/// Something of the same shape, so that the file often still reads.
fn tweak(value: &mut Value, number: u16) {
    match value {
        Value::Number(_) => *value = Value::from(number),
        Value::Bool(truth) => *truth = !*truth,
        Value::Array(all) if !all.is_empty() => {
            let picked = usize::from(number) % all.len();
            if number.is_multiple_of(2) { drop(all.remove(picked)) } else { all.push(all[picked].clone()) }
        }
        Value::String(text) if text.contains(':') && text.len() == 5 => {
            *text = format!("{:02}:{:02}", number % 25, number % 60);
        }
        Value::String(text) if text.parse::<Date>().is_ok() => {
            *text = format!("{:04}-{:02}-{:02}", number % 9_999 + 1, number % 12 + 1, number % 28 + 1);
        }
        Value::Object(map) => {
            let picked = map.keys().nth(usize::from(number) % map.len().max(1)).cloned();
            picked.and_then(|key| map.remove(&key));
        }
        _ => {}
    }
}

fn any_category() -> impl Strategy<Value = Category> {
    use Category::*;
    prop::sample::select(vec![Beer, Cider, Wine, Spirits, ReadyToDrink, NonAlcoholic])
}

fn any_line() -> impl Strategy<Value = Line> {
    use Container::*;
    let container = prop::sample::select(vec![Glass, Can, Plastic, Carton, Keg]);
    let price = || prop_oneof![any::<i64>(), 0_i64..10_000];
    (
        any_category(),
        any::<Option<u16>>(),
        any::<(u32, u16, u32)>(),
        container,
        (price(), price()),
        any::<[Option<i64>; 2]>(),
    )
        .prop_map(
            |(category, abv, (volume_ml, pack, quantity), container, (unit_price, discount), [store, invoice])| Line {
                kind: Kind { category, abv_basis_points: abv },
                volume_ml,
                pack,
                container,
                quantity,
                unit_price,
                discount,
                store_price: store,
                invoice_price: invoice,
            },
        )
}

fn any_moment() -> impl Strategy<Value = Zoned> {
    let zones =
        ["America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata", "UTC"];
    let at = prop_oneof![
        any::<i64>().prop_map(|second| Timestamp::from_second(second).unwrap_or(Timestamp::MAX)),
        Just(Timestamp::MIN),
        (1_700_000_000_i64..2_000_000_000).prop_map(|second| Timestamp::from_second(second).unwrap()),
    ];
    (at, prop::sample::select(zones.to_vec())).prop_map(|(at, zone)| at.to_zoned(TimeZone::get(zone).unwrap()))
}

#[derive(Debug)]
struct Case {
    store: Store,
    lines: Vec<Line>,
    at: Zoned,
    hand_over: Option<Zoned>,
    codes: Vec<String>,
    jurisdiction: Option<String>,
    premises: Option<Premises>,
    born: DateOfBirth,
    door: (bool, bool, bool, u8),
    offer: Option<Offer>,
}

fn any_key() -> impl Strategy<Value = String> {
    let known: Vec<String> = Book::builtin().editions().map(|(key, _)| key.to_owned()).collect();
    prop_oneof![4 => prop::sample::select(known), 1 => ".{0,12}"]
}

prop_compose! {
    fn any_case()(
        key in any_key(),
        lines in prop::collection::vec(any_line(), 0..4),
        (at, hand_over) in (any_moment(), prop::option::of(any_moment())),
        codes in prop::collection::vec(prop_oneof![Just("county:20091".to_owned()), ".{0,8}".prop_map(String::from)], 0..3),
        jurisdiction in prop::option::of(any_key()),
        premises in prop::sample::select(vec![None, Some(Premises::Campus), Some(Premises::Residence), Some(Premises::Locker)]),
        born_on in (1961_i16..2090, 1_i8..=12, 1_i8..=28),
        door in any::<(bool, bool, bool, u8)>(),
        offer in any::<Option<(bool, bool, bool)>>(),
        (lat, lng) in (-90.0..=90.0, -180.0..=180.0),
        classes in prop::collection::vec(".{0,4}", 0..3),
        minutes in any::<u16>(),
    ) -> Case {
        let mut store = store(&key, "UTC", Currency::Usd);
        store.location = Point::new(lat, lng).unwrap();
        store.licence.classes = classes;
        store.preparation_minutes = minutes;
        let born = born(date(born_on.0, born_on.1, born_on.2));
        let offer = offer.map(|(by_code, off_goods, by_quantity)| Offer { by_code, off_goods, by_quantity });
        Case { store, lines, at, hand_over, codes, jurisdiction, premises, born, door, offer }
    }
}

impl Case {
    fn destination(&self) -> Destination<'_> {
        let (codes, premises, jurisdiction) = (&self.codes, self.premises, self.jurisdiction.as_deref());
        Destination { point: self.store.location, jurisdiction, codes, premises, gift: self.door.0 }
    }

    fn kinds(&self) -> Vec<Kind> {
        self.lines.iter().map(|line| line.kind).collect()
    }

    /// Asks all that can be asked; under the book, or under one set.
    fn ask(&self, under: Option<&RuleSet>) {
        let kinds = self.kinds();
        let (attended, sober, matches_recipient, id) = self.door;
        let id = [IdSeen::Not, IdSeen::Looked, IdSeen::Scanned][usize::from(id % 3)];
        let placing = Placing {
            store: &self.store,
            date_of_birth: self.born,
            destination: self.destination(),
            lines: &self.lines,
            offer: self.offer,
            self_excluded: sober,
            local: self.at.clone(),
            hand_over: self.hand_over.clone(),
        };
        let paying = Paying {
            store: &self.store,
            destination: self.destination(),
            kinds: &kinds,
            at_door: attended,
            local: self.at.clone(),
        };
        let door = DoorCheck { attended, sober, id, matches_recipient, date_of_birth: self.born };
        let hand_over = HandOver {
            store: &self.store,
            destination: self.destination(),
            kinds: &kinds,
            door,
            local: self.at.clone(),
        };
        for depth in [Depth::Decide, Depth::Explain] {
            match under {
                Some(set) => {
                    let law = Some(Law::of(set));
                    placing.ask_under(law.as_ref(), depth);
                    paying.ask_under(law.as_ref(), depth);
                    hand_over.ask_under(law.as_ref(), depth);
                }
                None => {
                    let book = Book::builtin();
                    let decided = placing.ask(book, depth);
                    if let Ok(trace) = decided.clone().into_result() {
                        let again = replay(book, &trace, Inputs::Placing(&placing)).unwrap();
                        assert!(again.agrees, "{again:?}");
                    }
                    paying.ask(book, depth);
                    hand_over.ask(book, depth);
                }
            }
        }
    }

    fn reckon(&self, law: &Law<'_>, on: Date) {
        for line in &self.lines {
            floor(law, line, on);
            let product = product(line.kind.category, 500, line.volume_ml, line.pack, line.container);
            deposit(law, &product, on);
            for tax in taxes(law, line.kind, on).taxes {
                tax.on(&product, line.quantity, line.unit_price);
            }
        }
        for duty in duties(law, &self.kinds(), on) {
            duty.what.gone_by(on);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_file_of_anything_is_read_or_refused(text in ".{0,200}", json in any_json()) {
        prop_assert!(RuleFile::parse(&text).is_err());
        prop_assert!(RuleFile::parse(&json.to_string()).is_err());
    }

    #[test]
    fn a_mutated_file_is_refused_or_judged_by(text in mutated(), case in any_case()) {
        let Ok(file) = RuleFile::parse(&text) else { return Ok(()) };
        let parent = file.inherits.as_ref().and_then(|name| Book::builtin().edition(name).ok());
        lint(&file, parent, date(2026, 11, 27));
        lint(&file, None, Date::MAX);
        lint(&file, None, Date::MIN);
        if let Ok(set) = RuleSet::compile(file, parent) {
            case.ask(Some(&set));
            case.reckon(&Law::of(&set), case.at.date());
        }
    }

    #[test]
    fn anything_that_is_asked_is_answered(case in any_case()) {
        case.ask(None);
        if let Ok(law) = Law::on(Book::builtin(), &case.store.jurisdiction, case.jurisdiction.as_deref(), case.at.date()) {
            case.reckon(&law, case.at.date());
            if let Some(offer) = case.offer {
                let _ = offer.lawful(&law, &case.store, &case.kinds(), case.at.date());
            }
        }
    }

    #[test]
    fn any_trace_is_replayed_or_refused(rules in ".{0,30}", passed in prop::collection::vec(".{0,8}", 0..3), case in any_case()) {
        let kinds = case.kinds();
        let paying = Paying {
            store: &case.store,
            destination: case.destination(),
            kinds: &kinds,
            at_door: false,
            local: case.at.clone(),
        };
        let _ = replay(Book::builtin(), &Trace { rules, passed }, Inputs::Paying(&paying));
    }
}
