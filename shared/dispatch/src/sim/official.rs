//! The day in the three files that the official evaluator reads.

use std::fmt::Write;

use super::instance::Instance;
use super::log::{DayLog, Node};
use crate::time::Time;

/// The contents of `solution_info_assignments.txt`, `solution_info_orders.txt` and `solution_info_couriers.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    pub assignments: String,
    pub orders: String,
    pub couriers: String,
}

/// Orders that were not delivered have no line; a courier who never moved has none either.
pub fn solution(instance: &Instance, log: &DayLog) -> Solution {
    let mut assignments = String::from("assignment_time pickup_time courier orders\n");
    let mut orders = String::from("order placement_time restaurant ready_time pickup_time dropoff_time courier\n");
    let mut couriers = String::from("courier departure_time origin destination\n");
    for trip in &log.trips {
        let courier = &instance.couriers[trip.courier].name;
        let Some(fetched) = trip.pickups.first().map(|pickup| pickup.at) else { continue };
        let names: Vec<&str> = trip.drops.iter().map(|drop| instance.orders[drop.order].name.as_str()).collect();
        let line = format!("{} {} {courier} {}\n", minute(trip.assigned_at), minute(fetched), names.join(" "));
        assignments.push_str(&line);
        for drop in &trip.drops {
            let order = &instance.orders[drop.order];
            let (placed, ready) = (minute(order.placed_at), minute(order.ready_at));
            let (name, store) = (&order.name, &instance.stores[order.store].name);
            let (fetched, brought) = (minute(fetched), minute(drop.at));
            let _ = writeln!(orders, "{name} {placed} {store} {ready} {fetched} {brought} {courier}");
        }
    }
    // The evaluator wants each courier's moves in one block.
    for (index, courier) in instance.couriers.iter().enumerate() {
        for leg in log.trips.iter().filter(|trip| trip.courier == index).flat_map(|trip| &trip.legs) {
            let (from, to) = (name(instance, leg.from), name(instance, leg.to));
            let _ = writeln!(couriers, "{} {} {from} {to}", courier.name, minute(leg.depart));
        }
    }
    Solution { assignments, orders, couriers }
}

fn minute(at: Time) -> i64 {
    at.0.div_euclid(60)
}

fn name(instance: &Instance, node: Node) -> &str {
    match node {
        Node::Start(_) => "0",
        Node::Store(store) => &instance.stores[store].name,
        Node::Door(order) => &instance.orders[order].name,
    }
}
