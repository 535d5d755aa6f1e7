//! Every place against its table in `golden/`: the minutes around each boundary, both days that clocks change, birthdays.

use std::collections::BTreeSet;
use std::path::Path;

use crate::ground::{adult, born, hand_over, line, local, paying, placing, store};
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use sipstr_compliance::{Book, Destination, HandOver, Placing};
use sipstr_domain::Currency;
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::catalog::Category;
use sipstr_domain::store::Store;

struct Table {
    store: Store,
    codes: Vec<String>,
}

/// The rule that refuses, if one does.
type Answer = Option<String>;

impl Table {
    fn door<'a>(&'a self, destination: Destination<'a>) -> Destination<'a> {
        Destination { codes: &self.codes, ..destination }
    }

    fn order(&self, drink: Category, who: DateOfBirth, at: Zoned) -> Answer {
        let lines = [line(drink)];
        let asked = placing(&self.store, &lines, at);
        let asked = Placing { destination: self.door(asked.destination), date_of_birth: who, ..asked };
        asked.decide().err().map(|refused| refused.rule)
    }

    fn pay(&self, drink: Category, at: Zoned) -> Answer {
        let kinds = [line(drink).kind];
        let mut asked = paying(&self.store, &kinds, at);
        asked.destination = self.door(asked.destination);
        asked.decide().err().map(|refused| refused.rule)
    }

    fn hand_over(&self, drink: Category, who: DateOfBirth, at: Zoned) -> Answer {
        let kinds = [line(drink).kind];
        let asked = hand_over(&self.store, &kinds, at);
        let mut asked = HandOver { destination: self.door(asked.destination), ..asked };
        asked.door.date_of_birth = who;
        asked.decide().err().map(|refused| refused.rule)
    }

    fn at(&self, gate: &str, drink: Category, at: Zoned) -> Answer {
        match gate {
            "order" => self.order(drink, adult(), at),
            "pay" => self.pay(drink, at),
            "door" => self.hand_over(drink, adult(), at),
            _ => panic!("no gate `{gate}`"),
        }
    }

    fn minutes_of(&self, day: Date) -> impl Iterator<Item = Zoned> {
        let zone = TimeZone::get(&self.store.time_zone).unwrap();
        let first = day.to_zoned(zone).unwrap().start_of_day().unwrap();
        std::iter::successors(Some(first), |at| at.checked_add(1.minute()).ok()).take_while(move |at| at.date() == day)
    }

    fn check(&self, words: &[&str]) {
        match words {
            ["hours", gate, drink, boundary, answers @ .., rules] => {
                assert_eq!(answers.len(), 3, "before, at, after");
                let boundary = local(&self.store, boundary);
                for (minute, answer) in (-1..=1).zip(answers) {
                    let at = boundary.checked_add(minute.minutes()).unwrap();
                    self.expect(self.at(gate, drink.parse().unwrap(), at.clone()), answer, rules, &at);
                }
            }
            ["open", drink, day] => self.whole_day(drink, day, "yes", ""),
            ["shut", drink, day, rules] => self.whole_day(drink, day, "no", rules),
            ["age", drink, who, day, answer, rules] => {
                let zone = TimeZone::get(&self.store.time_zone).unwrap();
                let noon = day.parse::<Date>().unwrap().to_datetime(time(12, 0, 0, 0)).to_zoned(zone).unwrap();
                let (drink, who) = (drink.parse().unwrap(), born(who.parse().unwrap()));
                self.expect(self.order(drink, who, noon.clone()), answer, rules, &noon);
                self.expect(self.hand_over(drink, who, noon.clone()), answer, rules, &noon);
            }
            _ => panic!("no such line"),
        }
    }

    fn whole_day(&self, drink: &str, day: &str, answer: &str, rules: &str) {
        let drink: Category = drink.parse().unwrap();
        for at in self.minutes_of(day.parse().unwrap()) {
            let gates: &[&str] = if answer == "yes" { &["order", "pay", "door"] } else { &["order", "door"] };
            for gate in gates {
                self.expect(self.at(gate, drink, at.clone()), answer, rules, &at);
            }
        }
    }

    fn expect(&self, got: Answer, answer: &str, rules: &str, at: &Zoned) {
        match (answer, got) {
            ("yes", None) => {}
            ("no", Some(rule)) if rules.split('|').any(|named| named == rule) => {}
            (answer, got) => panic!("{at}: expected {answer} by {rules}, got {got:?}"),
        }
    }
}

fn read(path: &Path) -> (Table, Vec<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let place: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let ["place", key, zone, currency, codes @ ..] = place.as_slice() else { panic!("{path:?} begins with its place") };
    assert_eq!(path.file_stem().unwrap().to_str(), Some(*key));
    let currency: Currency = serde_json::from_value((*currency).into()).unwrap();
    let table =
        Table { store: store(key, zone, currency), codes: codes.iter().map(|code| (*code).to_owned()).collect() };
    (table, lines.map(str::to_owned).collect())
}

#[test]
fn every_place_answers_as_its_table_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut seen = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let (table, lines) = read(&path);
        for line in &lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let checked = std::panic::catch_unwind(|| table.check(&words));
            assert!(checked.is_ok(), "{}: {line}", table.store.jurisdiction);
        }
        seen.insert(table.store.jurisdiction.clone());
    }
    let bases = ["us", "in"];
    let places = Book::builtin().editions().map(|(key, _)| key.to_owned());
    let places: BTreeSet<String> = places.filter(|key| !bases.contains(&key.as_str())).collect();
    assert_eq!(seen, places, "a table for each place, and no other");
}
