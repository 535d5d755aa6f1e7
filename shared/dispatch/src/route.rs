//! The sequence of one assignment: which store first, which door first. Small enough to try every one.

use crate::decision::{Place, Stop};
use crate::snapshot::{CourierState, OpenOrder};
use crate::time::{Seconds, Time};
use crate::travel::{ServiceTimes, Travel};

/// Calls `visit` with every permutation of `items` (Heap's algorithm).
pub(crate) fn permutations<T: Copy>(items: &mut [T], visit: &mut impl FnMut(&[T])) {
    fn heap<T: Copy>(k: usize, items: &mut [T], visit: &mut impl FnMut(&[T])) {
        if k <= 1 {
            return visit(items);
        }
        for i in 0..k {
            heap(k - 1, items, visit);
            if i + 1 < k {
                items.swap(if k.is_multiple_of(2) { i } else { 0 }, k - 1);
            }
        }
    }
    heap(items.len(), items, visit);
}

/// The stops of a courier who brings `orders` in the given sequence of doors, fetching in that of `fetch` (indices into `orders`).
pub(crate) fn stops(
    courier: &CourierState,
    orders: &[&OpenOrder],
    fetch: &[usize],
    travel: &dyn Travel,
    service: &ServiceTimes,
    depart: Time,
) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::with_capacity(orders.len() * 2);
    let (mut at, mut clock) = (courier.next_free, depart);
    let mut left: &[usize] = fetch;
    while let Some(first) = left.first() {
        let store = &orders[*first].store;
        let here = left.iter().take_while(|i| orders[**i].store == *store).count();
        let (fetched, rest) = left.split_at(here);
        left = rest;
        let place = orders[*first].pickup;
        let arrive_at = clock + travel.seconds(at, place, courier.vehicle);
        let ready = fetched.iter().map(|i| orders[*i].ready.at).max().unwrap_or(arrive_at);
        let done_at = (arrive_at + service.before_pickup).max(ready);
        let ids = fetched.iter().map(|i| orders[*i].id.clone()).collect();
        stops.push(Stop { at: Place::Store { store: store.clone(), orders: ids }, arrive_at, done_at });
        (at, clock) = (place, done_at + service.after_pickup);
    }
    for order in orders {
        let arrive_at = clock + travel.seconds(at, order.door, courier.vehicle);
        let done_at = arrive_at + service.before_drop;
        stops.push(Stop { at: Place::Door { order: order.id.clone() }, arrive_at, done_at });
        (at, clock) = (order.door, done_at + service.after_drop);
    }
    stops
}

/// The stops of a courier who leaves now for these orders, in the given sequence of doors.
pub fn sequence(
    courier: &CourierState,
    orders: &[&OpenOrder],
    travel: &dyn Travel,
    service: &ServiceTimes,
    now: Time,
) -> Vec<Stop> {
    let fetch: Vec<usize> = (0..orders.len()).collect();
    let depart = courier.next_free_at.max(courier.shift_start).max(now);
    stops(courier, orders, &fetch, travel, service, depart)
}

/// Seconds as minutes.
pub(crate) fn minutes(seconds: Seconds) -> f64 {
    seconds as f64 / 60.0
}
