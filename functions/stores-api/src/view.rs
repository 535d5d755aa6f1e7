//! A store as customers see it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use sipstr_compliance::Book;
use sipstr_domain::catalog::Category;
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::geo::Point;
use sipstr_domain::store::{DeliveryTerms, OpeningHours, Store};
use sipstr_domain::{Currency, StoreId};

/// The same for everybody at a place; opening hours change by the minute.
pub const CACHE: &str = "public, max-age=30";

/// A licensed store.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreView {
    pub id: StoreId,
    pub name: String,
    pub address: String,
    pub location: Point,
    /// From the place that was asked about, as the crow flies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_metres: Option<u32>,
    /// Whether the store takes orders by its hours; the law's hours are judged when an order is quoted.
    pub open_now: bool,
    /// In the store's local time.
    pub hours: Vec<OpeningHours>,
    #[schema(example = "America/Los_Angeles")]
    pub time_zone: String,
    pub delivery: DeliveryTerms,
    pub preparation_minutes: u16,
    pub currency: Currency,
    /// Key of the rules that hold there.
    #[schema(example = "us-ca")]
    pub jurisdiction: String,
    /// Years; absent where Sipstr knows no rules, and then nothing is sold there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_age: Option<u16>,
    pub licence: LicenceView,
}

/// The permission to sell, for everybody to look up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LicenceView {
    pub number: String,
    pub categories: Vec<Category>,
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
}

impl StoreView {
    pub fn new(store: Store, from: Option<Point>, clock: LocalClock, now: Timestamp) -> Self {
        let local = clock.at(&store, now);
        let today = local.as_ref().map_or_else(|_| now.to_zoned(TimeZone::UTC).date(), |local| local.date());
        Self {
            distance_metres: from.map(|place| store.location.metres_to(place)),
            open_now: local.is_ok_and(|local| store.is_open_at(&local)),
            legal_age: legal_age(&store.jurisdiction, today),
            id: store.id,
            name: store.name,
            address: store.address,
            location: store.location,
            hours: store.hours,
            time_zone: store.time_zone,
            delivery: store.delivery,
            preparation_minutes: store.preparation_minutes,
            currency: store.currency,
            jurisdiction: store.jurisdiction,
            licence: LicenceView {
                number: store.licence.number,
                categories: store.licence.categories,
                expires_on: store.licence.expires_on,
            },
        }
    }
}

/// The age from which everything is sold there.
fn legal_age(jurisdiction: &str, on: Date) -> Option<u16> {
    Book::builtin().at(jurisdiction, on).filter(|rules| rules.complete)?.legal_age(on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};
    use sipstr_domain::money::Rate;
    use sipstr_domain::store::Licence;

    fn store() -> Store {
        Store {
            id: StoreId::new(),
            name: "Corner".into(),
            address: "1 Ferry Building".into(),
            location: Point::new(37.7955, -122.3937).unwrap(),
            time_zone: "America/Los_Angeles".into(),
            jurisdiction: "us-ca".into(),
            sales_tax: Rate(86_250),
            currency: Currency::Usd,
            licence: Licence {
                number: "21-1".into(),
                classes: vec![],
                categories: vec![Category::Beer],
                expires_on: date(2027, 1, 1),
            },
            hours: (1..=7)
                .map(|weekday| OpeningHours { weekday, opens: time(10, 0, 0, 0), closes: time(22, 0, 0, 0) })
                .collect(),
            paused: false,
            delivery: DeliveryTerms {
                radius_metres: 5_000,
                fee: 499,
                minimum_basket: 1_500,
                ..DeliveryTerms::default()
            },
            preparation_minutes: 10,
            commission: Default::default(),
        }
    }

    #[test]
    fn hours_are_the_stores_own_and_a_demo_may_fix_the_time_of_day() {
        let night: Timestamp = "2026-11-23T11:00:00Z".parse().unwrap();
        let open = |store, clock| StoreView::new(store, None, clock, night).open_now;
        assert!(!open(store(), LocalClock::default()), "it is three o'clock in San Francisco");
        let evening = LocalClock { fixed_time_of_day: Some(time(18, 30, 0, 0)) };
        assert!(open(store(), evening));
        assert!(!open(Store { paused: true, ..store() }, evening));
        assert!(!open(Store { time_zone: "Nowhere/Land".into(), ..store() }, evening));
    }

    #[test]
    fn the_legal_age_is_the_jurisdictions() {
        let view = |store| StoreView::new(store, None, LocalClock::default(), Timestamp::UNIX_EPOCH);
        assert_eq!(view(store()).legal_age, Some(21));
        assert_eq!(view(Store { jurisdiction: "xx".into(), ..store() }).legal_age, None);
    }
}
