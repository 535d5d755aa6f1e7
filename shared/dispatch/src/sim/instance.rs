//! A day to be simulated: what happens whatever is decided.

use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;
use sipstr_domain::money::Money;
use sipstr_domain::{CourierId, OrderId, StoreId};

use crate::policy::PayRule;
use crate::snapshot::Skills;
use crate::time::{Seconds, Time};
use crate::travel::{ServiceTimes, Travel};

#[derive(Debug, Clone)]
pub struct Store {
    pub id: StoreId,
    pub name: String,
    pub at: Point,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub id: OrderId,
    pub name: String,
    /// Index into the stores.
    pub store: usize,
    pub door: Point,
    pub placed_at: Time,
    /// What the store says when the order is placed, and how much it errs.
    pub ready_said: Time,
    pub ready_spread: Seconds,
    pub ready_at: Time,
    pub load: u32,
    pub needs: Skills,
}

#[derive(Debug, Clone)]
pub struct Courier {
    pub id: CourierId,
    pub name: String,
    pub vehicle: Vehicle,
    pub start: Point,
    pub on: Time,
    pub off: Time,
    pub skills: Skills,
    pub capacity: u32,
}

/// How couriers answer, and how rides differ from their estimates.
#[derive(Debug, Clone, Copy)]
pub struct Whims {
    /// Standard deviation of the logarithm of a ride's real time over its estimate.
    pub ride_spread: f64,
    /// Log odds to accept: base, each ten minutes to the store, each half hour beyond the shift, each order beyond the first.
    pub accept: [f64; 4],
    /// Seconds until an answer: mean of an exponential.
    pub answer_after: f64,
    /// Part of the offers that nobody looks at.
    pub ignored: f64,
}

pub struct Instance {
    pub name: String,
    pub stores: Vec<Store>,
    pub orders: Vec<Order>,
    pub couriers: Vec<Courier>,
    pub travel: Box<dyn Travel>,
    pub service: ServiceTimes,
    pub pay: PayRule,
    /// Click-to-door that a customer is promised.
    pub promise: Seconds,
    /// `None` where couriers do as they are told and rides take what they should.
    pub whims: Option<Whims>,
}

impl Instance {
    pub fn zero_pay(&self) -> Money {
        Money::new(0, self.pay.currency)
    }

    /// Mean click-to-door with a courier at every store and no bundles: no plan can do better.
    pub fn lower_bound(&self) -> f64 {
        let total: f64 = self.orders.iter().map(|order| self.earliest_door(order).minutes_since(order.placed_at)).sum();
        total / self.orders.len().max(1) as f64
    }

    fn earliest_door(&self, order: &Order) -> Time {
        let ride = self.travel.seconds(self.stores[order.store].at, order.door, Vehicle::Car);
        order.ready_at + self.service.after_pickup + ride + self.service.before_drop
    }
}
