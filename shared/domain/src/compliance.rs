//! The three gates: may this order be placed, paid, handed over? Allowed, or refused with the rule that says so.

use jiff::civil::Time;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::account::DateOfBirth;
use crate::catalog::Category;
use crate::geo::Point;
use crate::jurisdiction::{self, Jurisdiction};
use crate::store::Store;

/// What an order kept of the decision that admitted it: the rule set, and each rule that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Rule set and its version, such as `us-ca@2026-11-23`.
    pub rules: String,
    pub passed: Vec<String>,
}

/// A rule that says no. `code` is stable for programs, `detail` is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    pub code: &'static str,
    pub rule: String,
    pub detail: String,
}

impl Refused {
    pub fn new(code: &'static str, rule: &str, detail: impl Into<String>) -> Self {
        Self { code, rule: rule.to_owned(), detail: detail.into() }
    }
}

/// The clock by which hours are judged.
///
/// A demo stack fixes the time of day, so that the demo city can be used at night; everything else about time is real.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalClock {
    pub fixed_time_of_day: Option<Time>,
}

impl LocalClock {
    pub fn at(self, store: &Store, at: Timestamp) -> Result<Zoned, Refused> {
        let unknown = |_| Refused::new("store_closed", "store.time_zone", "the store's time zone is not known");
        let local = store.local(at).map_err(unknown)?;
        match self.fixed_time_of_day {
            Some(time) => local.with().time(time).build().map_err(|_| {
                Refused::new("store_closed", "store.time_zone", "the fixed time of day does not exist on this day")
            }),
            None => Ok(local),
        }
    }
}

/// What placing an order is judged by.
#[derive(Debug)]
pub struct Placing<'a> {
    pub store: &'a Store,
    pub date_of_birth: DateOfBirth,
    pub destination: Point,
    pub categories: &'a [Category],
    /// Now, on the store's wall clock.
    pub local: Zoned,
}

impl Placing<'_> {
    pub fn decide(&self) -> Result<Trace, Refused> {
        let rules = rules_of(self.store)?;
        let mut passed = Vec::new();
        let mut pass = |rule: &str| passed.push(rule.to_owned());

        of_age(rules, self.date_of_birth, &self.local)?;
        pass(&rules.legal_age.rule);
        selling_hours(rules, &self.local)?;
        let minutes = i64::from(self.store.preparation_minutes) + TRAVEL_MINUTES;
        let hand_over = self.local.checked_add(jiff::SignedDuration::from_mins(minutes)).expect("within a day");
        selling_hours(rules, &hand_over)?;
        pass(&rules.no_sale.rule);
        licensed(self.store, self.categories, &self.local)?;
        pass("store.licence");
        if !self.store.is_open_at(&self.local) {
            return Err(Refused::new("store_closed", "store.hours", format!("{} is closed now", self.store.name)));
        }
        pass("store.hours");
        if !self.store.delivers_to(self.destination) {
            let detail = format!("{} does not deliver to this address", self.store.name);
            return Err(Refused::new("outside_delivery_area", "store.delivery_area", detail));
        }
        pass("store.delivery_area");
        Ok(Trace { rules: format!("{}@{}", rules.key, rules.version), passed })
    }
}

/// Between leaving the store and the door, for projecting the hand-over before any courier is known.
const TRAVEL_MINUTES: i64 = 25;

/// What the courier saw at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorCheck {
    pub id_checked: bool,
    pub matches_recipient: bool,
    pub date_of_birth: DateOfBirth,
    pub sober: bool,
}

/// Sober, then ID, then match, then of age: only then may the courier hand over.
pub fn hand_over(store: &Store, check: DoorCheck, local: &Zoned) -> Result<Trace, Refused> {
    let rules = rules_of(store)?;
    selling_hours(rules, local)?;
    if !check.sober {
        return Err(Refused::new(
            "recipient_intoxicated",
            "door.sober",
            "alcohol is not handed to an intoxicated person",
        ));
    }
    if !check.id_checked {
        return Err(Refused::new("id_not_checked", &rules.identification.rule, "an ID must be seen at the door"));
    }
    if !check.matches_recipient {
        return Err(Refused::new("id_mismatch", "door.match", "the ID is not that of the person at the door"));
    }
    of_age(rules, check.date_of_birth, local)?;
    let passed = [&rules.no_sale.rule, "door.sober", &rules.identification.rule, "door.match", &rules.legal_age.rule];
    Ok(Trace {
        rules: format!("{}@{}", rules.key, rules.version),
        passed: passed.into_iter().map(str::to_owned).collect(),
    })
}

fn rules_of(store: &Store) -> Result<&'static Jurisdiction, Refused> {
    jurisdiction::of(&store.jurisdiction).ok_or_else(|| {
        Refused::new("no_rules_for_place", "jurisdiction.known", "no rules are known for the place of this store")
    })
}

fn of_age(rules: &Jurisdiction, born: DateOfBirth, local: &Zoned) -> Result<(), Refused> {
    let years = rules.legal_age.years;
    if born.age_on(local.date()) < years {
        return Err(Refused::new(
            "under_age",
            &rules.legal_age.rule,
            format!("one must be {years} to buy alcohol here"),
        ));
    }
    Ok(())
}

/// On the day when clocks change, "2 a.m." means two hours after midnight, as the regulator reads it.
fn selling_hours(rules: &Jurisdiction, local: &Zoned) -> Result<(), Refused> {
    let midnight = local.start_of_day().expect("every day has a start");
    let elapsed = local.duration_since(&midnight).as_secs();
    let seconds = |time: Time| i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    if elapsed >= seconds(rules.no_sale.from) && local.time() < rules.no_sale.until {
        let (from, until) = (rules.no_sale.from, rules.no_sale.until);
        let detail = format!("alcohol is not sold between {from} and {until} here");
        return Err(Refused::new("outside_selling_hours", &rules.no_sale.rule, detail));
    }
    Ok(())
}

fn licensed(store: &Store, categories: &[Category], local: &Zoned) -> Result<(), Refused> {
    if store.licence.expires_on < local.date() {
        return Err(Refused::new("licence_expired", "store.licence", "the store's licence has expired"));
    }
    let alcoholic = categories.iter().filter(|category| **category != Category::NonAlcoholic);
    match alcoholic.into_iter().find(|category| !store.licence.categories.contains(category)) {
        Some(category) => {
            Err(Refused::new("not_licensed", "store.licence", format!("the store's licence does not cover {category}")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreId;
    use crate::money::{Currency, Rate};
    use crate::store::{DeliveryTerms, Licence, OpeningHours};
    use jiff::civil::{date, time};
    use jiff::tz::TimeZone;

    fn store() -> Store {
        Store {
            id: StoreId::new(),
            name: "Corner Bottles".into(),
            address: "1 Market St".into(),
            location: Point::new(37.79, -122.40).unwrap(),
            time_zone: "America/Los_Angeles".into(),
            jurisdiction: "us-ca".into(),
            sales_tax: Rate(86_250),
            currency: Currency::Usd,
            licence: Licence {
                number: "21-1".into(),
                classes: vec![],
                categories: vec![Category::Beer, Category::Wine],
                expires_on: date(2030, 1, 1),
            },
            hours: (1..=7)
                .map(|weekday| OpeningHours { weekday, opens: time(8, 0, 0, 0), closes: time(2, 0, 0, 0) })
                .collect(),
            paused: false,
            delivery: DeliveryTerms { radius_metres: 5_000, fee: 499, minimum_basket: 1_000 },
            preparation_minutes: 15,
        }
    }

    fn local(hour: i8, minute: i8) -> Zoned {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        date(2026, 11, 23).to_datetime(time(hour, minute, 0, 0)).to_zoned(zone).unwrap()
    }

    fn born(year: i16) -> DateOfBirth {
        DateOfBirth::new(date(year, 1, 1), date(2026, 11, 23)).unwrap()
    }

    fn place(change: impl FnOnce(&mut Placing<'_>)) -> Result<Trace, &'static str> {
        let store = store();
        let mut placing = Placing {
            store: &store,
            date_of_birth: born(1990),
            destination: store.location,
            categories: &[Category::Beer],
            local: local(18, 0),
        };
        change(&mut placing);
        placing.decide().map_err(|refused| refused.code)
    }

    #[test]
    fn an_evening_order_of_an_adult_is_admitted_with_its_trace() {
        let trace = place(|_| {}).unwrap();
        assert_eq!(trace.rules, "us-ca@2026-11-23");
        assert!(trace.passed.contains(&"us-ca.age".to_owned()));
    }

    #[test]
    fn each_rule_refuses() {
        assert_eq!(place(|p| p.date_of_birth = born(2010)), Err("under_age"));
        assert_eq!(place(|p| p.local = local(3, 0)), Err("outside_selling_hours"));
        assert_eq!(
            place(|p| p.local = local(1, 45)),
            Err("outside_selling_hours"),
            "the door would be reached after two"
        );
        assert_eq!(place(|p| p.local = local(7, 0)), Err("store_closed"));
        assert_eq!(place(|p| p.categories = &[Category::Spirits]), Err("not_licensed"));
        assert_eq!(place(|p| p.destination = Point::new(38.5, -121.5).unwrap()), Err("outside_delivery_area"));
    }

    #[test]
    fn two_hours_after_midnight_on_the_day_clocks_go_back() {
        let rules = jurisdiction::of("us-ca").unwrap();
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        // 2026-11-01: 01:30 happens twice; the second one is two and a half hours after midnight.
        let first = date(2026, 11, 1).to_datetime(time(1, 30, 0, 0)).to_zoned(zone).unwrap();
        let second = first.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
        assert_eq!(second.time(), time(1, 30, 0, 0));
        assert!(selling_hours(rules, &first).is_ok());
        assert!(selling_hours(rules, &second).is_err());
    }

    #[test]
    fn the_door_refuses_in_the_order_a_courier_sees_things() {
        let good = DoorCheck { id_checked: true, matches_recipient: true, date_of_birth: born(1990), sober: true };
        let at_door = |check| hand_over(&store(), check, &local(19, 0)).map_err(|refused| refused.code);
        assert!(at_door(good).is_ok());
        assert_eq!(at_door(DoorCheck { sober: false, ..good }).unwrap_err(), "recipient_intoxicated");
        assert_eq!(at_door(DoorCheck { id_checked: false, ..good }).unwrap_err(), "id_not_checked");
        assert_eq!(at_door(DoorCheck { matches_recipient: false, ..good }).unwrap_err(), "id_mismatch");
        assert_eq!(at_door(DoorCheck { date_of_birth: born(2010), ..good }).unwrap_err(), "under_age");
    }
}
