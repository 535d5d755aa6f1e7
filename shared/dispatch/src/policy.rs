//! The settings of a decision. Weights say how many minutes of one customer's waiting a thing is worth.

use serde::{Deserialize, Serialize};
use sipstr_domain::money::Currency;

use crate::error::DispatchError;
use crate::time::Seconds;
use crate::travel::ServiceTimes;

/// A courier earns by the order, and not less than by the hour. In minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRule {
    pub per_order: i64,
    pub guaranteed_per_hour: i64,
    pub currency: Currency,
}

impl PayRule {
    /// What a shift of this length with this many orders is paid.
    pub fn of_shift(&self, orders: u32, shift: Seconds) -> i64 {
        let guaranteed = self.guaranteed_per_hour.saturating_mul(shift.max(0)) / 3_600;
        self.per_order.saturating_mul(i64::from(orders)).max(guaranteed)
    }
}

/// How much each thing counts, in minutes of one customer's waiting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// A minute beyond the promise, on top of the minute itself.
    pub lateness: f64,
    /// A minute of a courier on the road: what others, also those who have not ordered yet, would have of it.
    pub courier_time: f64,
    /// A major unit of pay beyond the guarantee.
    pub pay: f64,
    /// An order's pay short of the guarantee so far: how much rather this courier gets the next one.
    pub fairness: f64,
    /// Ten minutes of having nothing to do, likewise.
    pub idleness: f64,
    /// What a decline costs: the time until somebody else is asked.
    pub decline: f64,
    /// An order that nobody brings.
    pub undelivered: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub pay: PayRule,
    pub service: ServiceTimes,
    pub weights: Weights,
    /// Orders that one courier may carry at once; at most [`Policy::LARGEST_BUNDLE`].
    pub max_bundle: usize,
    /// Stores no further apart than this ride may share a bundle; 0 is one store only.
    pub nearby_stores: Seconds,
    /// Couriers looked at for an order, nearest in time first.
    pub candidates: usize,
    /// Rounds of taking orders out of the plan and putting them back better.
    pub rounds: u32,
    /// An offer goes out this long before the courier has to leave.
    pub offer_lead: Seconds,
    /// Whether couriers under way are offered their next assignment, or only those who are idle.
    pub offer_under_way: bool,
    pub offer_expires: Seconds,
    /// How long a courier who declined an order is not asked again for it.
    pub decline_memory: Seconds,
    /// After so many declines everybody near is asked at once.
    pub broadcast_after: u32,
    pub broadcast_to: usize,
    /// Nothing is postponed longer than this without another look.
    pub review: Seconds,
    pub seed: u64,
}

impl Policy {
    pub const LARGEST_BUNDLE: usize = 4;

    pub fn new(pay: PayRule, service: ServiceTimes) -> Self {
        Self {
            pay,
            service,
            weights: Weights {
                lateness: 0.5,
                courier_time: 0.02,
                pay: 0.2,
                fairness: 2.0,
                idleness: 1.0,
                decline: 3.0,
                undelivered: 240.0,
            },
            max_bundle: 3,
            nearby_stores: 0,
            candidates: 60,
            rounds: 100,
            offer_lead: 60,
            offer_under_way: true,
            offer_expires: 60,
            decline_memory: 900,
            broadcast_after: 4,
            broadcast_to: 8,
            review: 60,
            seed: 1,
        }
    }

    /// Where couriers do as they are told, and only between assignments: the rules of the Meal Delivery Routing Problem.
    pub fn for_mdrp(pay: PayRule, service: ServiceTimes) -> Self {
        let mut policy = Self::new(pay, service);
        policy.offer_lead = 0;
        policy.offer_under_way = false;
        policy.weights.decline = 0.0;
        policy
    }

    pub fn check(&self) -> Result<(), DispatchError> {
        let Weights { lateness, courier_time, pay, fairness, idleness, decline, undelivered } = self.weights;
        for (name, weight) in [
            ("lateness weight", lateness),
            ("weight of courier time", courier_time),
            ("weight of pay", pay),
            ("fairness weight", fairness),
            ("idleness weight", idleness),
            ("decline weight", decline),
            ("weight of the undelivered", undelivered),
        ] {
            if !weight.is_finite() || weight < 0.0 {
                return Err(DispatchError::Policy(name));
            }
        }
        const DAY: Seconds = 86_400;
        let service = self.service;
        for (name, time) in [
            ("time before the pickup", service.before_pickup),
            ("time after the pickup", service.after_pickup),
            ("time before the drop", service.before_drop),
            ("time after the drop", service.after_drop),
            ("ride between stores", self.nearby_stores),
            ("offer lead", self.offer_lead),
            ("offer's expiry", self.offer_expires),
            ("decline memory", self.decline_memory),
            ("review", self.review),
        ] {
            if !(0..=DAY).contains(&time) {
                return Err(DispatchError::Policy(name));
            }
        }
        if self.candidates == 0 {
            return Err(DispatchError::Policy("number of candidates"));
        }
        if self.max_bundle == 0 || self.max_bundle > Self::LARGEST_BUNDLE {
            return Err(DispatchError::Policy("largest bundle"));
        }
        if self.pay.per_order < 0 || self.pay.guaranteed_per_hour < 0 {
            return Err(DispatchError::Policy("pay"));
        }
        Ok(())
    }
}
