//! What is decided, and why: each decision carries the terms that led to it.

use serde::{Deserialize, Serialize};
use sipstr_domain::{CourierId, OrderId, StoreId};

use crate::acceptance::OfferFeatures;
use crate::time::Time;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Offer(Offer),
    Broadcast(Broadcast),
    Postpone(Postponement),
}

/// One courier is asked to fetch and bring these orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub courier: CourierId,
    /// In the sequence of their doors.
    pub orders: Vec<OrderId>,
    pub stops: Vec<Stop>,
    /// When the courier sets off, if the offer is accepted.
    pub depart_at: Time,
    pub expires_at: Time,
    pub why: Explanation,
}

/// Everybody near is asked at once; the first to accept has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Broadcast {
    pub order: OrderId,
    /// Best first.
    pub couriers: Vec<CourierId>,
    pub expires_at: Time,
    pub declined: u32,
}

/// Nothing is offered yet; by `until` the order is looked at again, earlier if anything changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Postponement {
    pub order: OrderId,
    pub until: Time,
    pub reason: PostponeReason,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostponeReason {
    /// `courier` is there in time when leaving at `until`; who waits keeps the choice.
    NotReadyYet { courier: CourierId },
    /// `courier` is best, though still under way or not yet on shift.
    CourierBusy { courier: CourierId },
    /// Goes after other orders of `courier`.
    Queued { courier: CourierId },
    /// An offer of it waits for its answer.
    OfferPending { courier: CourierId },
    /// Nobody on shift can fetch it before the shift ends, or nobody may carry it.
    NobodyCan,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    pub at: Place,
    pub arrive_at: Time,
    /// When the goods are in the courier's hand, or in the customer's.
    pub done_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Store { store: StoreId, orders: Vec<OrderId> },
    Door { order: OrderId },
}

/// Why this courier: what the choice cost, in minutes of a customer's waiting, and what the next best would have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Explanation {
    pub terms: Terms,
    pub runner_up: Option<RunnerUp>,
    /// The probability that the offer is accepted, and what it was told by: the model learns from it when the answer is there.
    pub acceptance: f64,
    pub features: OfferFeatures,
    /// Seconds to the store, then at the store until the goods are there.
    pub to_store: i64,
    pub waiting: i64,
    /// How many open orders and available couriers the decision saw.
    pub open_orders: usize,
    pub couriers: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    pub courier: CourierId,
    pub cost: f64,
}

/// The terms of a cost, each already weighed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Terms {
    /// From placing to the door, summed over the orders.
    pub click_to_door: f64,
    /// Beyond the promise.
    pub lateness: f64,
    /// The courier's time, which others could have.
    pub courier_time: f64,
    /// What it adds to the courier's pay beyond the guarantee.
    pub pay: f64,
    /// Negative for those who have earned less an hour, or have waited longer.
    pub fairness: f64,
    /// What a decline would cost, times its probability.
    pub decline: f64,
}

impl Terms {
    pub fn total(&self) -> f64 {
        self.click_to_door + self.lateness + self.courier_time + self.pay + self.fairness + self.decline
    }
}
