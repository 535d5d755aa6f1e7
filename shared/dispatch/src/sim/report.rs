//! A day in figures, as the Meal Delivery Routing Problem defines them.

use super::instance::Instance;
use super::log::DayLog;
use crate::time::Time;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Report {
    pub orders: usize,
    pub undelivered: usize,
    /// Minutes from placing to the door, of the orders that were delivered.
    pub click_to_door: Spread,
    pub ready_to_door: Spread,
    pub ready_to_pickup: Spread,
    /// All pay in minor units.
    pub pay: i64,
    /// Riding and serving, over the time on shift.
    pub utilisation: f64,
    /// Mean absolute difference in minutes between the door time that was said with the offer and the real one.
    pub eta_error: f64,
    pub trips: usize,
    pub offers: u32,
    pub declines: u32,
    pub decisions: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    pub mean: f64,
    pub p90: f64,
    pub p95: f64,
}

impl Spread {
    /// Percentiles by nearest rank.
    pub fn of(mut values: Vec<f64>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        values.sort_by(f64::total_cmp);
        let rank = |part: f64| values[((values.len() as f64 * part).ceil() as usize).clamp(1, values.len()) - 1];
        Self { mean: values.iter().sum::<f64>() / values.len() as f64, p90: rank(0.90), p95: rank(0.95) }
    }
}

impl Report {
    pub fn delivered(&self) -> usize {
        self.orders - self.undelivered
    }

    /// Pay in major units for each order that was delivered.
    pub fn cost_an_order(&self) -> f64 {
        self.pay as f64 / 100.0 / self.delivered().max(1) as f64
    }
}

pub fn report(instance: &Instance, log: &DayLog) -> Report {
    let mut door = vec![];
    let (mut ready, mut counter, mut eta) = (vec![], vec![], 0.0);
    let mut carried = vec![0_u32; instance.couriers.len()];
    let mut busy = 0_i64;
    for trip in &log.trips {
        for pickup in &trip.pickups {
            counter.push(pickup.at.minutes_since(instance.orders[pickup.order].ready_at));
        }
        for drop in &trip.drops {
            let order = &instance.orders[drop.order];
            door.push(drop.at.minutes_since(order.placed_at));
            ready.push(drop.at.minutes_since(order.ready_at));
            eta += drop.at.minutes_since(drop.said).abs();
            carried[trip.courier] += 1;
        }
        let riding: i64 = trip.legs.iter().map(|leg| leg.arrive - leg.depart).sum();
        let stores = trip.legs.len().saturating_sub(trip.drops.len()) as i64;
        let service = &instance.service;
        busy += riding
            + stores * (service.before_pickup + service.after_pickup)
            + trip.drops.len() as i64 * (service.before_drop + service.after_drop);
    }
    let shift = |i: usize| instance.couriers[i].off - instance.couriers[i].on;
    let on_shift: i64 = (0..carried.len()).map(shift).sum();
    let pay = carried.iter().enumerate().map(|(i, orders)| instance.pay.of_shift(*orders, shift(i))).sum();
    Report {
        orders: instance.orders.len(),
        undelivered: instance.orders.len() - door.len(),
        eta_error: eta / door.len().max(1) as f64,
        click_to_door: Spread::of(door),
        ready_to_door: Spread::of(ready),
        ready_to_pickup: Spread::of(counter),
        pay,
        utilisation: busy as f64 / on_shift.max(1) as f64,
        trips: log.trips.len(),
        offers: log.offers,
        declines: log.declines,
        decisions: log.decisions,
    }
}

/// Several days as one: sums are added, means are weighed by the orders delivered, percentiles are over all orders.
pub fn pooled(days: &[(&Instance, &DayLog)]) -> Report {
    let reports: Vec<Report> = days.iter().map(|(instance, log)| report(instance, log)).collect();
    let delivered: f64 = reports.iter().map(|day| day.delivered() as f64).sum();
    let weighed = |of: fn(&Report) -> f64| {
        reports.iter().map(|day| of(day) * day.delivered() as f64).sum::<f64>() / delivered.max(1.0)
    };
    let all = |measure: fn(&Instance, usize, Time, Time) -> f64| {
        let values = days.iter().flat_map(|(instance, log)| {
            let trips = log.trips.iter();
            trips.flat_map(move |trip| {
                trip.drops.iter().filter_map(move |drop| {
                    let pickup = trip.pickups.iter().find(|pickup| pickup.order == drop.order)?;
                    Some(measure(instance, drop.order, pickup.at, drop.at))
                })
            })
        });
        Spread::of(values.collect())
    };
    Report {
        orders: reports.iter().map(|day| day.orders).sum(),
        undelivered: reports.iter().map(|day| day.undelivered).sum(),
        click_to_door: all(|instance, order, _, door| door.minutes_since(instance.orders[order].placed_at)),
        ready_to_door: all(|instance, order, _, door| door.minutes_since(instance.orders[order].ready_at)),
        ready_to_pickup: all(|instance, order, counter, _| counter.minutes_since(instance.orders[order].ready_at)),
        pay: reports.iter().map(|day| day.pay).sum(),
        utilisation: weighed(|day| day.utilisation),
        eta_error: weighed(|day| day.eta_error),
        trips: reports.iter().map(|day| day.trips).sum(),
        offers: reports.iter().map(|day| day.offers).sum(),
        declines: reports.iter().map(|day| day.declines).sum(),
        decisions: reports.iter().map(|day| day.decisions).sum(),
    }
}
