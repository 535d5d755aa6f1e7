//! The tentative plan: every open order in somebody's queue. Insertion by regret, then large-neighbourhood search (Shaw 1998; Ropke and
//! Pisinger 2006): a few related orders are taken out and put back where they now fit best, for as long as the policy allows.

use crate::problem::{Problem, Task};

#[derive(Debug, Clone, Default)]
pub(crate) struct Queue {
    pub tasks: Vec<Task>,
    pub cost: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub queues: Vec<Queue>,
    /// Nobody can bring these.
    pub left: Vec<u16>,
}

/// Where an order goes: a task of its own before the task at `at`, or into that one.
#[derive(Debug, Clone, Copy)]
struct Slot {
    at: usize,
    join: Option<Task>,
    delta: f64,
}

/// The best slot of one order with each of its candidates.
struct Offers {
    order: u16,
    slots: Vec<Option<Slot>>,
}

impl Plan {
    pub fn new(problem: &Problem<'_>) -> Self {
        let mut plan = Self { queues: vec![Queue::default(); problem.couriers.len()], left: vec![] };
        plan.insert_all(problem, (0..problem.orders.len() as u16).collect(), &mut Undo::default());
        plan
    }

    /// Puts each order where it is cheapest, first those that would lose most by waiting.
    fn insert_all(&mut self, problem: &Problem<'_>, orders: Vec<u16>, undo: &mut Undo) {
        let open = |order| {
            let candidates = &problem.candidates[usize::from(order)];
            let slots = candidates.iter().map(|courier| self.slot(problem, order, usize::from(*courier))).collect();
            Offers { order, slots }
        };
        let mut waiting: Vec<Offers> = orders.into_iter().map(open).collect();
        while !waiting.is_empty() {
            let mut chosen: Option<(f64, usize, usize)> = None;
            for (index, offers) in waiting.iter().enumerate() {
                let Some((best, regret)) = offers.best(problem.policy.weights.undelivered) else { continue };
                if chosen.is_none_or(|(most, _, _)| regret > most) {
                    chosen = Some((regret, index, best));
                }
            }
            let Some((_, index, best)) = chosen else {
                self.left.extend(waiting.iter().map(|offers| offers.order));
                return;
            };
            let offers = waiting.swap_remove(index);
            let courier = problem.candidates[usize::from(offers.order)][best];
            if let Some(slot) = offers.slots[best] {
                undo.remember(usize::from(courier), &self.queues[usize::from(courier)]);
                self.put(offers.order, usize::from(courier), slot);
            }
            for other in &mut waiting {
                let candidates = &problem.candidates[usize::from(other.order)];
                if let Some(at) = candidates.iter().position(|candidate| *candidate == courier) {
                    other.slots[at] = self.slot(problem, other.order, usize::from(courier));
                }
            }
        }
    }

    /// The cheapest place for `order` in a courier's queue.
    fn slot(&self, problem: &Problem<'_>, order: u16, courier: usize) -> Option<Slot> {
        let queue = &self.queues[courier];
        let mut best: Option<Slot> = None;
        let mut keep = |slot: Slot| {
            if best.is_none_or(|best| slot.delta < best.delta) {
                best = Some(slot);
            }
        };
        for at in 0..=queue.tasks.len() {
            let (before, after) = queue.tasks.split_at(at);
            let alone = before.iter().copied().chain([Task::one(order)]).chain(after.iter().copied());
            if let Some(cost) = problem.queue_cost(courier, alone) {
                keep(Slot { at, join: None, delta: cost - queue.cost });
            }
            let Some((joined, after)) = after.split_first() else { continue };
            let Some(task) = problem.joined(joined, order) else { continue };
            let shared = before.iter().copied().chain([task]).chain(after.iter().copied());
            if let Some(cost) = problem.queue_cost(courier, shared) {
                keep(Slot { at, join: Some(task), delta: cost - queue.cost });
            }
        }
        best
    }

    fn put(&mut self, order: u16, courier: usize, slot: Slot) {
        let queue = &mut self.queues[courier];
        match slot.join {
            Some(task) => queue.tasks[slot.at] = task,
            None => queue.tasks.insert(slot.at, Task::one(order)),
        }
        queue.cost += slot.delta;
    }

    /// Takes related orders out and puts them back, and keeps what is better.
    pub fn improve(&mut self, problem: &Problem<'_>, rng: &mut fastrand::Rng) {
        let count = problem.orders.len();
        if count < 2 {
            return;
        }
        for _ in 0..problem.policy.rounds {
            let seed = rng.u16(..count as u16);
            let removed = related(problem, seed, rng.usize(TAKEN_OUT));
            let mut undo = Undo { queues: vec![], left: self.left.clone() };
            self.take_out(problem, &removed, &mut undo);
            self.insert_all(problem, removed, &mut undo);
            if self.gain(problem, &undo) < 1e-6 {
                undo.apply(self);
            }
        }
    }

    fn take_out(&mut self, problem: &Problem<'_>, removed: &[u16], undo: &mut Undo) {
        self.left.retain(|order| !removed.contains(order));
        for (courier, queue) in self.queues.iter_mut().enumerate() {
            if !queue.tasks.iter().any(|task| task.bring().iter().any(|order| removed.contains(order))) {
                continue;
            }
            undo.remember(courier, queue);
            let kept = queue.tasks.iter().filter_map(|task| {
                let kept: Vec<u16> = task.bring().iter().copied().filter(|order| !removed.contains(order)).collect();
                problem.bundle(&kept)
            });
            queue.tasks = kept.collect();
            // Rides that break the triangle's rule can make less work end later; such a queue is undone below.
            queue.cost = problem.queue_cost(courier, queue.tasks.iter().copied()).unwrap_or(f64::INFINITY);
        }
    }

    /// How much cheaper the plan is than the one that `undo` remembers.
    fn gain(&self, problem: &Problem<'_>, undo: &Undo) -> f64 {
        let queues: f64 = undo.queues.iter().map(|(courier, queue)| queue.cost - self.queues[*courier].cost).sum();
        let left = undo.left.len() as f64 - self.left.len() as f64;
        let gain = queues + problem.policy.weights.undelivered * left;
        if gain.is_nan() { f64::NEG_INFINITY } else { gain }
    }
}

/// How many orders a round takes out.
const TAKEN_OUT: std::ops::RangeInclusive<usize> = 2..=7;

/// What a round changed, as it was before.
#[derive(Default)]
struct Undo {
    queues: Vec<(usize, Queue)>,
    left: Vec<u16>,
}

impl Undo {
    fn remember(&mut self, courier: usize, queue: &Queue) {
        if self.queues.iter().all(|(known, _)| *known != courier) {
            self.queues.push((courier, queue.clone()));
        }
    }

    fn apply(self, plan: &mut Plan) {
        for (courier, queue) in self.queues {
            plan.queues[courier] = queue;
        }
        plan.left = self.left;
    }
}

/// `seed` and those most like it in place and time.
fn related(problem: &Problem<'_>, seed: u16, wanted: usize) -> Vec<u16> {
    let of = problem.orders[usize::from(seed)];
    let store = problem.legs.store(seed);
    let mut others: Vec<(i64, u16)> = (0..problem.orders.len() as u16)
        .map(|other| {
            let order = problem.orders[usize::from(other)];
            let ride = problem.legs.seconds(store, problem.legs.store(other), sipstr_domain::delivery::Vehicle::Car);
            let apart = ride + (order.ready.at - of.ready.at).abs() / 2;
            (if other == seed { -1 } else { apart }, other)
        })
        .collect();
    let wanted = wanted.min(others.len());
    others.select_nth_unstable(wanted - 1);
    others[..wanted].iter().map(|(_, order)| *order).collect()
}

impl Offers {
    /// The cheapest candidate, and how much dearer the next one is.
    fn best(&self, nobody: f64) -> Option<(usize, f64)> {
        let (mut best, mut least, mut next) = (None, f64::INFINITY, f64::INFINITY);
        for (index, slot) in self.slots.iter().enumerate() {
            let Some(slot) = slot else { continue };
            if slot.delta < least {
                (best, next, least) = (Some(index), least, slot.delta);
            } else if slot.delta < next {
                next = slot.delta;
            }
        }
        best.map(|best| (best, if next.is_finite() { next - least } else { nobody }))
    }
}
