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
        if let Some(centre) = cell(place) {
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
    let declined =
        order.past.iter().any(|past| past.courier == courier.id && now - past.at < policy.decline_memory);
    courier.skills.cover(order.needs) && courier.capacity >= order.load && courier.shift_end >= now && !declined
}
