//! Who is looked at for an order: couriers in the H3 cells around its store, ring by ring, until there are enough.

use std::collections::HashMap;

use h3o::{CellIndex, LatLng, Resolution};
use sipstr_domain::geo::Point;

use crate::legs::Legs;
use crate::policy::Policy;
use crate::snapshot::{CourierState, OpenOrder};
use crate::time::Time;

/// About 1.2 km from centre to corner: a ring is a few minutes' ride.
const CELLS: Resolution = Resolution::Seven;
/// Beyond this ring everybody is looked at: it is 25 km away, and cells are no longer faster than a list.
const RINGS: u32 = 10;

fn cell(point: Point) -> Option<CellIndex> {
    LatLng::new(point.lat, point.lng).ok().map(|place| place.to_cell(CELLS))
}

/// The couriers of each cell, by where they will be free.
pub(crate) struct Cells {
    couriers: HashMap<CellIndex, Vec<u16>>,
    all: usize,
}

impl Cells {
    pub fn new(couriers: &[&CourierState]) -> Self {
        let mut cells: HashMap<CellIndex, Vec<u16>> = HashMap::new();
        for (index, courier) in couriers.iter().enumerate() {
            if let Some(cell) = cell(courier.next_free) {
                cells.entry(cell).or_default().push(index as u16);
            }
        }
        Self { couriers: cells, all: couriers.len() }
    }

    /// At least `wanted` couriers for whom `may` holds, or all there are: those of the nearest rings, and one ring more, since who is
    /// across a cell's border may be nearer than who is in it.
    pub fn around(&self, place: Point, wanted: usize, may: &dyn Fn(u16) -> bool) -> Vec<u16> {
        let mut found = vec![];
        let mut last = None;
        // A fleet that would be looked at in full anyhow needs no rings.
        if let Some(centre) = cell(place).filter(|_| self.all > wanted) {
            for ring in 0..=RINGS {
                let cells: Vec<CellIndex> = centre.grid_ring(ring);
                let here = cells.iter().filter_map(|cell| self.couriers.get(cell)).flatten();
                found.extend(here.copied().filter(|courier| may(*courier)));
                if last.is_some_and(|last| ring > last) {
                    return found;
                }
                if found.len() >= wanted {
                    last = last.or(Some(ring));
                }
            }
        }
        (0..self.all).map(|courier| courier as u16).filter(|courier| may(*courier)).collect()
    }
}

/// For each order the couriers who may carry it, by when they could be at its store.
pub(crate) fn candidates(
    orders: &[&OpenOrder],
    couriers: &[&CourierState],
    legs: &Legs<'_>,
    policy: &Policy,
    now: Time,
) -> Vec<Vec<u16>> {
    let cells = Cells::new(couriers);
    let for_order = |(index, order): (usize, &&OpenOrder)| {
        let may = |courier: u16| may_carry(order, couriers[usize::from(courier)], policy, now);
        let mut found = cells.around(order.pickup, policy.candidates * 2, &may);
        let store = legs.store(index as u16);
        let arrival = |courier: &u16| {
            let state = couriers[usize::from(*courier)];
            let free = state.next_free_at.max(state.shift_start).max(now);
            (free + legs.seconds(legs.courier(usize::from(*courier)), store, state.vehicle), *courier)
        };
        found.sort_by_cached_key(arrival);
        found.truncate(policy.candidates);
        found
    };
    orders.iter().enumerate().map(for_order).collect()
}

/// Skills, room, and no answer that still stands against it.
pub(crate) fn may_carry(order: &OpenOrder, courier: &CourierState, policy: &Policy, now: Time) -> bool {
    courier.skills.cover(order.needs)
        && courier.capacity >= order.load
        && courier.shift_end >= now
        && !refused(order, courier, policy, now)
}

/// Whether this courier declined the order, or let its offer run out, a short while ago.
fn refused(order: &OpenOrder, courier: &CourierState, policy: &Policy, now: Time) -> bool {
    let recent = |at: Time| now - at < policy.decline_memory;
    // Who calls may not have written a time-out down yet.
    let ran_out = order.pending.as_ref().is_some_and(|pending| {
        pending.courier == courier.id && pending.expires_at <= now && recent(pending.expires_at)
    });
    ran_out || order.past.iter().any(|past| past.courier == courier.id && recent(past.at))
}

#[cfg(test)]
mod tests {
    use sipstr_domain::CourierId;
    use sipstr_domain::delivery::Vehicle;
    use sipstr_domain::money::{Currency, Money};

    use super::*;
    use crate::snapshot::{ShiftRecord, Skills};

    fn courier(index: i64, lat: f64, lng: f64) -> CourierState {
        let earned = Money::new(0, Currency::Usd);
        CourierState {
            id: CourierId::derive(&[&index.to_string()]),
            vehicle: Vehicle::Car,
            next_free: Point { lat, lng },
            next_free_at: Time(0),
            shift_start: Time(0),
            shift_end: Time(3_600),
            skills: Skills::NONE,
            capacity: 1,
            record: ShiftRecord { offers: 0, declines: 0, orders: 0, earned, idle_since: None },
        }
    }

    /// A town of 900 couriers on a grid, half a kilometre from each other.
    fn town() -> Vec<CourierState> {
        let at = |i: i64| courier(i, 37.70 + 0.0045 * (i / 30) as f64, -122.50 + 0.0057 * (i % 30) as f64);
        (0..900).map(at).collect()
    }

    #[test]
    fn the_nearest_are_among_those_of_the_rings() {
        let couriers = town();
        let refs: Vec<&CourierState> = couriers.iter().collect();
        let store = Point { lat: 37.761, lng: -122.412 };
        let found = Cells::new(&refs).around(store, 20, &|_| true);
        assert!((20..300).contains(&found.len()), "{}", found.len());
        let mut nearest: Vec<u16> = (0..900).collect();
        nearest.sort_by_key(|courier| couriers[usize::from(*courier)].next_free.metres_to(store));
        assert!(nearest[..20].iter().all(|courier| found.contains(courier)));
    }

    #[test]
    fn where_few_may_everybody_is_looked_at() {
        let couriers = town();
        let refs: Vec<&CourierState> = couriers.iter().collect();
        let corner = Point { lat: 37.70, lng: -122.50 };
        assert_eq!(Cells::new(&refs).around(corner, 20, &|courier| courier >= 897), [897, 898, 899]);
        let overseas = Point { lat: 48.85, lng: 2.35 };
        assert_eq!(Cells::new(&refs).around(overseas, 20, &|_| true).len(), 900);
    }

    #[test]
    fn rings_close_around_a_pentagon_a_pole_and_the_date_line_too() {
        let couriers = town();
        let refs: Vec<&CourierState> = couriers.iter().collect();
        let cells = Cells::new(&refs);
        let pentagons = CELLS.pentagons().map(LatLng::from).map(|middle| (middle.lat(), middle.lng()));
        for (lat, lng) in pentagons.chain([(90.0, 0.0), (-90.0, 180.0), (0.0, 180.0)]) {
            assert_eq!(cells.around(Point { lat, lng }, 20, &|_| true).len(), 900);
        }
    }
}
