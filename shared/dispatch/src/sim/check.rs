//! The rules of the official evaluator (`compute_performance_summary.py` of grubhub/mdrplib), written anew over the log of a day.
//!
//! Stricter in three points on which the evaluator trusts its input: a ride starts after its assignment, orders of one trip that are
//! fetched together come from the store where the courier is, and couriers do not leave before their shift.

use std::collections::HashMap;

use super::instance::Instance;
use super::log::{DayLog, Node, Trip};
use crate::time::Time;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("order {0} is in more than one assignment")]
    AssignedTwice(String),
    #[error("order {0} was assigned before it was placed")]
    BeforePlaced(String),
    #[error("order {0} was picked up after the courier's shift")]
    AfterShift(String),
    #[error("order {0} was picked up before it was ready")]
    NotReady(String),
    #[error("order {0} was picked up where or when the courier was not at its store")]
    PickupPlace(String),
    #[error("order {0} was dropped where or when the courier was not at its door")]
    DropPlace(String),
    #[error("order {0} was dropped but never picked up, or the other way round")]
    Unpaired(String),
    #[error("courier {0} left before the shift or before the assignment")]
    TooEarly(String),
    #[error("courier {0} appears where the last ride did not end")]
    Teleported(String),
    #[error("courier {0} left before the service was done")]
    Hurried(String),
    #[error("a ride of courier {0} takes another time than its distance")]
    Ride(String),
}

/// Every violation of the day. Ride times are compared only where the instance says that they are exact.
pub fn check(instance: &Instance, log: &DayLog) -> Vec<Violation> {
    let mut found = vec![];
    let mut seen = vec![false; instance.orders.len()];
    let mut whereabouts: HashMap<usize, (Node, Time)> = HashMap::new();
    for trip in &log.trips {
        let name = || instance.couriers[trip.courier].name.clone();
        for pickup in &trip.pickups {
            if std::mem::replace(&mut seen[pickup.order], true) {
                found.push(Violation::AssignedTwice(instance.orders[pickup.order].name.clone()));
            }
        }
        let courier = &instance.couriers[trip.courier];
        let (at, free) = whereabouts.get(&trip.courier).copied().unwrap_or((Node::Start(trip.courier), courier.on));
        if trip.legs.first().is_some_and(|leg| leg.from != at) {
            found.push(Violation::Teleported(name()));
        }
        if trip.legs.first().is_some_and(|leg| leg.depart < free || leg.depart < trip.assigned_at) {
            found.push(Violation::TooEarly(name()));
        }
        check_rides(instance, trip, &mut found);
        check_stops(instance, trip, &mut found);
        if let (Some(leg), Some(drop)) = (trip.legs.last(), trip.drops.last()) {
            whereabouts.insert(trip.courier, (leg.to, drop.at + instance.service.after_drop));
        }
    }
    found
}

fn check_rides(instance: &Instance, trip: &Trip, found: &mut Vec<Violation>) {
    let name = || instance.couriers[trip.courier].name.clone();
    for pair in trip.legs.windows(2) {
        if pair[0].to != pair[1].from {
            found.push(Violation::Teleported(name()));
        }
        if pair[1].depart < pair[0].arrive {
            found.push(Violation::Hurried(name()));
        }
    }
    let place = |node| match node {
        Node::Start(courier) => instance.couriers[courier].start,
        Node::Store(store) => instance.stores[store].at,
        Node::Door(order) => instance.orders[order].door,
    };
    for leg in &trip.legs {
        let takes = instance.travel.seconds(place(leg.from), place(leg.to), instance.couriers[trip.courier].vehicle);
        if leg.arrive < leg.depart || (instance.whims.is_none() && leg.arrive - leg.depart != takes) {
            found.push(Violation::Ride(name()));
        }
    }
}

/// At each pickup and each drop the courier stands where he must, long enough.
fn check_stops(instance: &Instance, trip: &Trip, found: &mut Vec<Violation>) {
    let service = &instance.service;
    let courier = &instance.couriers[trip.courier];
    // The stay that begins with an arrival ends with the next departure.
    let stays = trip.legs.iter().enumerate().map(|(i, leg)| {
        let until = trip.legs.get(i + 1).map(|next| next.depart);
        (leg.to, leg.arrive, until)
    });
    let stays: Vec<(Node, Time, Option<Time>)> = stays.collect();
    let there = |node: Node, at: Time, before, after| {
        let fits = |until: Option<Time>| until.is_none_or(|until| at + after <= until);
        stays.iter().any(|(place, from, until)| *place == node && *from + before <= at && fits(*until))
    };
    for pickup in &trip.pickups {
        let order = &instance.orders[pickup.order];
        if trip.assigned_at < order.placed_at {
            found.push(Violation::BeforePlaced(order.name.clone()));
        }
        if pickup.at > courier.off {
            found.push(Violation::AfterShift(order.name.clone()));
        }
        if pickup.at < order.ready_at {
            found.push(Violation::NotReady(order.name.clone()));
        }
        if !there(Node::Store(order.store), pickup.at, service.before_pickup, service.after_pickup) {
            found.push(Violation::PickupPlace(order.name.clone()));
        }
        if trip.drops.iter().filter(|drop| drop.order == pickup.order && drop.at > pickup.at).count() != 1 {
            found.push(Violation::Unpaired(order.name.clone()));
        }
    }
    for drop in &trip.drops {
        if !there(Node::Door(drop.order), drop.at, service.before_drop, service.after_drop) {
            found.push(Violation::DropPlace(instance.orders[drop.order].name.clone()));
        }
    }
    if trip.drops.len() != trip.pickups.len() {
        found.extend(trip.drops.first().map(|drop| Violation::Unpaired(instance.orders[drop.order].name.clone())));
    }
}
