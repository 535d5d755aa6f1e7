//! One decision's view of the snapshot in small numbers: who may carry what, how long it takes, and what that costs.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::acceptance::AcceptanceModel;
use crate::candidates::candidates;
use crate::cost::{Standing, features, standing, waiting};
use crate::decision::Terms;
use crate::legs::Legs;
use crate::policy::Policy;
use crate::route::{minutes, permutations};
use crate::snapshot::{CourierState, OpenOrder};
use crate::time::{Seconds, Time};
use crate::travel::Travel;

const MAX: usize = Policy::LARGEST_BUNDLE;

/// Orders that one courier carries at once, in the sequence of their doors and in that of their stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    len: u8,
    bring: [u16; MAX],
    fetch: [u16; MAX],
}

impl Task {
    pub fn one(order: u16) -> Self {
        let mut orders = [0; MAX];
        orders[0] = order;
        Self { len: 1, bring: orders, fetch: orders }
    }

    pub fn bring(&self) -> &[u16] {
        &self.bring[..usize::from(self.len)]
    }

    pub fn fetch(&self) -> &[u16] {
        &self.fetch[..usize::from(self.len)]
    }
}

/// Where a courier is after what he has to do so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standpoint {
    pub node: usize,
    pub clock: Time,
}

/// A task as it would be carried out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub terms: Terms,
    pub to_store: Seconds,
    /// How much later the courier could leave without anything being later.
    pub slack: Seconds,
}

pub(crate) struct Problem<'a> {
    pub orders: Vec<&'a OpenOrder>,
    pub couriers: Vec<&'a CourierState>,
    /// For each order the couriers who may have it, best placed first.
    pub candidates: Vec<Vec<u16>>,
    pub legs: Legs<'a>,
    pub policy: &'a Policy,
    pub now: Time,
    pub acceptance: &'a AcceptanceModel,
    standing: Vec<Standing>,
    bundles: RefCell<HashMap<[u16; MAX], Option<Task>>>,
}

impl<'a> Problem<'a> {
    pub fn new(
        orders: Vec<&'a OpenOrder>,
        couriers: Vec<&'a CourierState>,
        acceptance: &'a AcceptanceModel,
        policy: &'a Policy,
        travel: &'a dyn Travel,
        now: Time,
    ) -> Self {
        let legs = Legs::new(&couriers, &orders, travel);
        let candidates = candidates(&orders, &couriers, &legs, policy, now);
        let standing = couriers.iter().map(|courier| standing(policy, courier, now)).collect();
        let bundles = RefCell::default();
        Self { orders, couriers, candidates, legs, policy, now, acceptance, standing, bundles }
    }

    pub fn start(&self, courier: usize) -> Standpoint {
        let state = self.couriers[courier];
        let clock = state.next_free_at.max(state.shift_start).max(self.now);
        Standpoint { node: self.legs.courier(courier), clock }
    }

    /// Carries `task` out from `from`, which becomes where it ends. `None` where something would be fetched after the shift.
    pub fn carry(&self, courier: usize, task: &Task, from: &mut Standpoint) -> Option<Outcome> {
        let state = self.couriers[courier];
        let load =
            task.bring().iter().fold(0_u32, |load, order| load.saturating_add(self.orders[usize::from(*order)].load));
        if load > state.capacity {
            return None;
        }
        let service = &self.policy.service;
        let mut outcome = Outcome::default();
        let (mut at, mut clock, mut busy) = (from.node, from.clock, 0);
        let mut fetch = task.fetch();
        let mut first = true;
        while let Some(order) = fetch.first() {
            let store = self.legs.store(*order);
            let here = fetch.iter().take_while(|other| self.legs.store(**other) == store).count();
            let ready = fetch[..here].iter().map(|order| self.orders[usize::from(*order)].ready.at).max()?;
            fetch = &fetch[here..];
            let ride = self.legs.seconds(at, store, state.vehicle);
            let earliest = clock + ride + service.before_pickup;
            let pickup = earliest.max(ready);
            if pickup > state.shift_end {
                return None;
            }
            if first {
                (outcome.to_store, outcome.slack, first) = (ride, pickup - earliest, false);
            }
            busy += ride + service.before_pickup + service.after_pickup;
            (at, clock) = (store, pickup + service.after_pickup);
        }
        for order in task.bring() {
            let door = self.legs.door(*order);
            let ride = self.legs.seconds(at, door, state.vehicle);
            clock = clock + ride + service.before_drop;
            let (click_to_door, lateness) = waiting(self.policy, self.orders[usize::from(*order)], clock);
            outcome.terms.click_to_door += click_to_door;
            outcome.terms.lateness += lateness;
            busy += ride + service.before_drop + service.after_drop;
            (at, clock) = (door, clock + service.after_drop);
        }
        let orders = f64::from(task.len);
        outcome.terms.courier_time = self.policy.weights.courier_time * minutes(busy);
        outcome.terms.pay = self.standing[courier].pay * orders;
        outcome.terms.fairness = self.standing[courier].fairness * orders;
        // Where nobody declines, nothing has to be guessed: this is the innermost loop.
        if self.policy.weights.decline > 0.0 {
            let duration = clock - service.after_drop - (from.clock + outcome.slack);
            let end = clock - service.after_drop;
            let seen = features(state, &self.policy.pay, usize::from(task.len), outcome.to_store, duration, end);
            outcome.terms.decline = self.policy.weights.decline * (1.0 - self.acceptance.probability(&seen));
        }
        *from = Standpoint { node: at, clock };
        Some(outcome)
    }

    /// The cost of a courier's whole queue.
    pub fn queue_cost(&self, courier: usize, tasks: impl Iterator<Item = Task>) -> Option<f64> {
        let mut at = self.start(courier);
        let mut cost = 0.0;
        for task in tasks {
            cost += self.carry(courier, &task, &mut at)?.terms.total();
        }
        Some(cost)
    }

    /// The best sequence for these orders as one bundle; `None` where they may not be bundled.
    pub fn bundle(&self, orders: &[u16]) -> Option<Task> {
        if let [order] = orders {
            return Some(Task::one(*order));
        }
        if orders.is_empty() || orders.len() > self.policy.max_bundle {
            return None;
        }
        let mut key = [u16::MAX; MAX];
        key[..orders.len()].copy_from_slice(orders);
        key.sort_unstable();
        if let Some(known) = self.bundles.borrow().get(&key) {
            return *known;
        }
        let task = self.may_share(orders).then(|| self.sequenced(&mut key[..orders.len()].to_vec()));
        self.bundles.borrow_mut().insert(key, task);
        task
    }

    /// `task` with one more order.
    pub fn joined(&self, task: &Task, order: u16) -> Option<Task> {
        let mut orders = [order; MAX];
        let len = usize::from(task.len);
        (len < MAX).then_some(())?;
        orders[..len].copy_from_slice(task.bring());
        self.bundle(&orders[..=len])
    }

    fn may_share(&self, orders: &[u16]) -> bool {
        let vehicle = sipstr_domain::delivery::Vehicle::Car;
        orders.iter().all(|a| {
            orders.iter().all(|b| {
                let (a, b) = (self.legs.store(*a), self.legs.store(*b));
                a == b
                    || (self.policy.nearby_stores > 0 && self.legs.seconds(a, b, vehicle) <= self.policy.nearby_stores)
            })
        })
    }

    /// Every sequence of stores with every sequence of doors, by the sum of the door times, and the courier's own.
    fn sequenced(&self, orders: &mut [u16]) -> Task {
        let one_store = orders.iter().all(|order| self.legs.store_of(*order) == self.legs.store_of(orders[0]));
        let mut fetches: Vec<Vec<u16>> = vec![];
        if one_store {
            fetches.push(orders.to_vec());
        } else {
            permutations(orders, &mut |fetch| fetches.push(fetch.to_vec()));
        }
        let mut best: Option<(f64, Task)> = None;
        permutations(&mut orders.to_vec(), &mut |bring| {
            for fetch in &fetches {
                let cost = self.tour(fetch, bring);
                if best.is_none_or(|(least, _)| cost < least) {
                    let mut task = Task { len: bring.len() as u8, bring: [0; MAX], fetch: [0; MAX] };
                    task.bring[..bring.len()].copy_from_slice(bring);
                    task.fetch[..fetch.len()].copy_from_slice(fetch);
                    best = Some((cost, task));
                }
            }
        });
        best.map_or_else(|| Task::one(orders[0]), |(_, task)| task)
    }

    /// From the first store on, as if everything were ready in time.
    fn tour(&self, fetch: &[u16], bring: &[u16]) -> f64 {
        let vehicle = self.couriers.first().map_or(sipstr_domain::delivery::Vehicle::Car, |courier| courier.vehicle);
        let service = &self.policy.service;
        let mut at = self.legs.store(fetch[0]);
        let mut clock = 0;
        for order in fetch {
            let store = self.legs.store(*order);
            if store != at {
                clock += self.legs.seconds(at, store, vehicle) + service.before_pickup + service.after_pickup;
            }
            at = store;
        }
        let mut cost = 0.0;
        for order in bring {
            let door = self.legs.door(*order);
            clock += self.legs.seconds(at, door, vehicle) + service.before_drop;
            cost += minutes(clock);
            clock += service.after_drop;
            at = door;
        }
        cost + self.policy.weights.courier_time * minutes(clock)
    }
}
