//! What an assignment costs, term by term, and what is known of an offer when it is made.

use crate::acceptance::OfferFeatures;
use crate::decision::{Offer, Place};
use crate::policy::{PayRule, Policy};
use crate::route::minutes;
use crate::snapshot::{CourierState, OpenOrder};
use crate::time::{Seconds, Time};

/// What is known of `offer` before its answer.
pub fn offer_features(offer: &Offer, courier: &CourierState, pay: &PayRule, now: Time) -> OfferFeatures {
    let begin = offer.depart_at.max(now);
    let end = offer.stops.last().map_or(begin, |stop| stop.done_at);
    let store = offer.stops.iter().find(|stop| matches!(stop.at, Place::Store { .. }));
    let to_store = store.map_or(0, |stop| stop.arrive_at - begin);
    features(courier, pay, offer.orders.len(), to_store, end - begin, end)
}

pub(crate) fn features(
    courier: &CourierState,
    pay: &PayRule,
    orders: usize,
    to_store: Seconds,
    duration: Seconds,
    end: Time,
) -> OfferFeatures {
    let guaranteed = pay.guaranteed_per_hour.max(1) as f64 / 60.0;
    let earned = pay.per_order.saturating_mul(orders as i64) as f64 / minutes(duration.max(60));
    let record = &courier.record;
    OfferFeatures {
        to_store: minutes(to_store) / 10.0,
        duration: minutes(duration) / 30.0,
        pay_rate: earned / guaranteed,
        bundled: orders.saturating_sub(1) as f64,
        // Two answers of one in ten declined stand for what is not known yet.
        decline_rate: (f64::from(record.declines) + 0.2) / (f64::from(record.offers) + 2.0),
        overtime: minutes((end - courier.shift_end).max(0)) / 30.0,
    }
}

/// What a customer's waiting until `door` costs.
pub(crate) fn waiting(policy: &Policy, order: &OpenOrder, door: Time) -> (f64, f64) {
    let late = (door - order.promised_by).max(0);
    (door.minutes_since(order.placed_at), policy.weights.lateness * minutes(late))
}

/// What giving `courier` one more order costs beside time: pay beyond the guarantee, and how far behind others he is.
pub(crate) fn standing(policy: &Policy, courier: &CourierState, now: Time) -> Standing {
    let pay = &policy.pay;
    let record = &courier.record;
    let worked = (now - courier.shift_start).clamp(0, (courier.shift_end - courier.shift_start).max(0));
    let order = pay.per_order.max(1) as f64;
    // Half an order of guarantee is due from the start: whoever comes on shift is behind.
    let due = (pay.guaranteed_per_hour as f64 * worked as f64 / 3_600.0) + order / 2.0;
    let behind = ((due - record.earned.amount as f64) / order).clamp(-3.0, 3.0);
    let beyond = pay.of_shift(record.orders.saturating_add(1), courier.shift_end - courier.shift_start)
        - pay.of_shift(record.orders, courier.shift_end - courier.shift_start);
    let idle = record.idle_since.map_or(0, |since| (now - since).clamp(0, 7_200));
    Standing {
        pay: policy.weights.pay * beyond as f64 / 100.0,
        fairness: -policy.weights.fairness * behind - policy.weights.idleness * minutes(idle) / 10.0,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    pub pay: f64,
    pub fairness: f64,
}
