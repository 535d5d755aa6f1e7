//! The day as a queue of events: whenever something happened, the dispatcher sees the snapshot and decides.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::instance::Instance;
use super::log::DayLog;
use super::world::{Event, World};
use crate::decide::decide;
use crate::decision::Decision;
use crate::error::DispatchError;
use crate::policy::Policy;
use crate::snapshot::Snapshot;
use crate::time::{Seconds, Time};
use crate::travel::Travel;

/// Whoever decides: the product's code, or what it is compared with.
pub trait Dispatcher {
    fn decide(&mut self, snapshot: &Snapshot, travel: &dyn Travel, now: Time) -> Result<Vec<Decision>, DispatchError>;
}

/// The product's code.
#[derive(Debug, Clone)]
pub struct Rolling {
    pub policy: Policy,
}

impl Dispatcher for Rolling {
    fn decide(&mut self, snapshot: &Snapshot, travel: &dyn Travel, now: Time) -> Result<Vec<Decision>, DispatchError> {
        decide(snapshot, &self.policy, travel, now)
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimError {
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    #[error("the dispatcher spoke of something that is not there or not free: {0}")]
    Nonsense(&'static str),
}

/// Shifts are known this long before they start.
pub(super) const ROSTER_AHEAD: Seconds = 3_600;

/// Plays the day to its end. The same instance, dispatcher and seed make the same day.
pub fn simulate(instance: &Instance, dispatcher: &mut dyn Dispatcher, seed: u64) -> Result<DayLog, SimError> {
    let mut world = World::new(instance, seed);
    let mut queue = BinaryHeap::new();
    let last_shift = instance.couriers.iter().map(|courier| courier.off).max();
    world.opening().into_iter().for_each(|event| queue.push(Reverse(event)));
    while let Some(Reverse((now, _))) = queue.peek().copied() {
        while let Some(Reverse((at, event))) = queue.peek().copied()
            && at == now
        {
            queue.pop();
            world.happen(event, now);
        }
        if last_shift.is_none_or(|last| now > last) || !world.has_open_orders() {
            continue;
        }
        let snapshot = world.snapshot(now);
        world.log.decisions += 1;
        let mut wake: Option<Time> = None;
        for decision in dispatcher.decide(&snapshot, instance.travel.as_ref(), now)? {
            if let Decision::Postpone(postponed) = &decision {
                let until = postponed.until.max(now + 1);
                wake = Some(wake.map_or(until, |wake| wake.min(until)));
            }
            world.carry_out(&decision, now)?;
        }
        world.coming().for_each(|event| queue.push(Reverse(event)));
        if let Some(wake) = wake {
            queue.push(Reverse((wake, Event::Wake)));
        }
    }
    Ok(world.log)
}

/// Everything at once: all orders of the day placed at its busiest, and all couriers on shift. For measuring one decision.
pub fn rush(instance: &Instance) -> (Snapshot, Time) {
    let now = Time::minutes(20 * 60);
    let mut snapshot = World::new(instance, 1).rush(now);
    for order in &mut snapshot.orders {
        (order.placed_at, order.ready.at, order.promised_by) = (now, now + 300, now + 2_400);
    }
    for courier in &mut snapshot.couriers {
        (courier.shift_start, courier.shift_end, courier.next_free_at) = (now - 3_600, now + 7_200, now);
    }
    (snapshot, now)
}
