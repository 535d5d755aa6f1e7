//! A town of a few streets, in which every minute's ride is 250 metres.

use sipstr_dispatch::decision::{Offer, Postponement};
use sipstr_dispatch::snapshot::{CourierState, OpenOrder, ReadyEstimate, ShiftRecord, Skills};
use sipstr_dispatch::time::{Seconds, Time};
use sipstr_dispatch::travel::{ServiceTimes, Travel};
use sipstr_dispatch::{Decision, PayRule, Policy, Snapshot, decide};
use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;
use sipstr_domain::money::{Currency, Money};
use sipstr_domain::{CourierId, OrderId, StoreId};

pub const NOW: Time = Time(1_750_000_000);

pub struct Streets;

impl Travel for Streets {
    fn seconds(&self, from: Point, to: Point, _: Vehicle) -> Seconds {
        i64::from(from.metres_to(to)) * 60 / 250
    }
}

/// So many minutes' ride east of the town's middle.
pub fn east(minutes: f64) -> Point {
    let metres_a_degree = 111_195.08 * 37.77_f64.to_radians().cos();
    Point::new(37.77, -122.42 + minutes * 250.0 / metres_a_degree).unwrap()
}

pub fn policy() -> Policy {
    let pay = PayRule { per_order: 1_000, guaranteed_per_hour: 1_500, currency: Currency::Usd };
    let service = ServiceTimes { before_pickup: 120, after_pickup: 120, before_drop: 120, after_drop: 120 };
    Policy::for_mdrp(pay, service)
}

pub fn order(name: &str, store: f64, door: f64) -> OpenOrder {
    OpenOrder {
        id: OrderId::derive(&[name]),
        store: StoreId::derive(&[&store.to_string()]),
        pickup: east(store),
        door: east(door),
        placed_at: NOW,
        ready: ReadyEstimate { at: NOW, spread: 0 },
        promised_by: NOW + 2_400,
        load: 1,
        needs: Skills::ALCOHOL_LICENCE,
        pending: None,
        past: vec![],
    }
}

pub fn courier(name: &str, at: f64) -> CourierState {
    CourierState {
        id: CourierId::derive(&[name]),
        vehicle: Vehicle::Car,
        next_free: east(at),
        next_free_at: NOW,
        shift_start: NOW - 3_600,
        shift_end: NOW + 7_200,
        skills: Skills::ALCOHOL_LICENCE,
        capacity: 24,
        record: ShiftRecord {
            offers: 0,
            declines: 0,
            orders: 0,
            earned: Money::new(0, Currency::Usd),
            idle_since: Some(NOW),
        },
    }
}

pub fn decided(orders: Vec<OpenOrder>, couriers: Vec<CourierState>, policy: &Policy) -> Vec<Decision> {
    decide(&Snapshot { orders, couriers, ..Snapshot::default() }, policy, &Streets, NOW).unwrap()
}

pub fn offers(decisions: &[Decision]) -> Vec<&Offer> {
    let all = decisions.iter();
    all.filter_map(|decision| if let Decision::Offer(offer) = decision { Some(offer) } else { None }).collect()
}

pub fn postponed(decisions: &[Decision]) -> Vec<&Postponement> {
    let all = decisions.iter();
    all.filter_map(|decision| if let Decision::Postpone(postponed) = decision { Some(postponed) } else { None })
        .collect()
}
