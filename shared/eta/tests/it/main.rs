//! Delivery times, as told to the customer, the store and the courier.

mod calibrating;
mod hostile;
mod keeping;
mod physics;
mod training;

#[path = "../../synthetic/mod.rs"]
mod synthetic;

use std::sync::LazyLock;

use sipstr_eta::{DeliveryRecord, Features, Fitted, Training, fit};
use synthetic::City;

/// Four weeks of a small city; made once.
static MONTH: LazyLock<Vec<DeliveryRecord>> =
    LazyLock::new(|| City { seed: 3, days: 28, orders_each_day: 200, shift: None }.deliveries());

fn training() -> Training {
    Training { most_trees: 60, ..Training::default() }
}

/// What was learnt from the first three weeks of the month.
fn fitted<F: Features>() -> Fitted<F> {
    fit(&MONTH[..MONTH.len() * 3 / 4], &training()).unwrap()
}

fn last_week() -> &'static [DeliveryRecord] {
    &MONTH[MONTH.len() * 3 / 4..]
}
