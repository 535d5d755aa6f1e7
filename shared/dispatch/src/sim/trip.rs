//! A courier at work: rides, counters and doors take what they really take.

use super::instance::{Instance, Whims};
use super::log::{Drop, Leg, Node, Pickup, Trip};
use crate::time::{Seconds, Time};

pub(super) struct Drive<'a> {
    instance: &'a Instance,
    rng: &'a mut fastrand::Rng,
    at: Node,
    clock: Time,
    trip: Trip,
}

impl<'a> Drive<'a> {
    pub(super) fn new(
        instance: &'a Instance,
        rng: &'a mut fastrand::Rng,
        courier: usize,
        at: Node,
        depart: Time,
    ) -> Self {
        let trip = Trip { courier, assigned_at: depart, legs: vec![], pickups: vec![], drops: vec![], end: depart };
        Self { instance, rng, at, clock: depart, trip }
    }

    fn ride(&mut self, to: Node) {
        let place = |node| match node {
            Node::Start(courier) => self.instance.couriers[courier].start,
            Node::Store(store) => self.instance.stores[store].at,
            Node::Door(order) => self.instance.orders[order].door,
        };
        let vehicle = self.instance.couriers[self.trip.courier].vehicle;
        let estimate = self.instance.travel.seconds(place(self.at), place(to), vehicle);
        let took = self.instance.whims.map_or(estimate, |whims| real_ride(&whims, estimate, self.rng));
        let arrive = self.clock + took;
        self.trip.legs.push(Leg { from: self.at, to, depart: self.clock, arrive });
        (self.at, self.clock) = (to, arrive);
    }

    /// Waits at the counter until all of these are there.
    pub(super) fn fetch(&mut self, orders: &[usize]) {
        let Some(first) = orders.first() else { return };
        self.ride(Node::Store(self.instance.orders[*first].store));
        let ready = orders.iter().map(|order| self.instance.orders[*order].ready_at).max();
        let at = (self.clock + self.instance.service.before_pickup).max(ready.unwrap_or(self.clock));
        self.trip.pickups.extend(orders.iter().map(|order| Pickup { order: *order, at }));
        self.clock = at + self.instance.service.after_pickup;
    }

    pub(super) fn bring(&mut self, order: usize, said: Time) {
        self.ride(Node::Door(order));
        let at = self.clock + self.instance.service.before_drop;
        self.trip.drops.push(Drop { order, at, said });
        self.clock = at + self.instance.service.after_drop;
    }

    pub(super) fn finish(mut self, assigned_at: Time) -> Trip {
        self.trip.assigned_at = assigned_at;
        self.trip.end = self.clock;
        self.trip
    }
}

/// Lognormal around the estimate.
fn real_ride(whims: &Whims, estimate: Seconds, rng: &mut fastrand::Rng) -> Seconds {
    let normal = (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (std::f64::consts::TAU * rng.f64()).cos();
    (estimate as f64 * (whims.ride_spread * normal).exp()).round() as Seconds
}
