//! Those who want a bottle, and the functions that serve them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fastrand::Rng;
use sipstr_domain::stock::{Plan, Shelf};

use crate::database::{Answer, Database, Time};

/// A batch of reads, and a transaction, from the function's side.
const READ: Time = 4_000;
const TRANSACTION: Time = 8_000;

/// What a function does for an order besides: before its transaction and after it.
const BESIDES: Time = 10_000;

/// As in `shared/storage/src/placing.rs`.
const TRIES: u32 = 12;
const LEARNED_ONE_BY_ONE: u32 = 2;

#[derive(Debug, Clone, Copy)]
pub struct Rush {
    pub buckets: u16,
    pub bottles: u32,
    /// Orders a second that come.
    pub rate: f64,
    pub seconds: f64,
    pub seed: u64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    pub bottles: u32,
    pub left: u32,
    pub sold: u32,
    pub told_sold_out: u32,
    /// Somebody was told so while bottles were left at that moment.
    pub told_wrongly: u32,
    pub gave_up: u32,
    pub came: u32,
    pub prepared: u64,
    pub committed: u64,
    pub sold_out_after: Option<f64>,
    pub lasted: f64,
}

impl Outcome {
    pub fn oversold(&self) -> u32 {
        self.sold.saturating_sub(self.bottles - self.left)
    }

    /// The part of all units that went into transactions that were refused.
    pub fn wasted(&self) -> f64 {
        let refused = self.prepared - self.committed;
        refused as f64 / (self.prepared + self.committed).max(1) as f64
    }

    pub fn rate(&self) -> f64 {
        f64::from(self.sold) / self.sold_out_after.unwrap_or(self.lasted)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Comes,
    /// The planner is asked, with what was read.
    Plans(usize),
    Reads(usize),
    Sends(usize),
    /// The function is free for somebody else.
    Ends(usize),
}

/// A running function and the order that it serves.
#[derive(Debug)]
struct Function {
    shelf: Shelf,
    /// Where the next order begins, and where this one has got to.
    last: u16,
    preferred: u16,
    attempt: u32,
    asked: Vec<u16>,
    bucket: u16,
    quantity: u32,
    confirmed: bool,
}

struct Run {
    rush: Rush,
    random: Rng,
    database: Database,
    events: BinaryHeap<Reverse<(Time, u64, Event)>>,
    order_of_events: u64,
    functions: Vec<Function>,
    idle: Vec<usize>,
    outcome: Outcome,
}

impl Rush {
    pub fn run(self) -> Outcome {
        let mut run = Run {
            rush: self,
            random: Rng::with_seed(self.seed),
            database: Database::new(self.buckets, self.bottles),
            events: BinaryHeap::new(),
            order_of_events: 0,
            functions: Vec::new(),
            idle: Vec::new(),
            outcome: Outcome { bottles: self.bottles, ..Outcome::default() },
        };
        run.at(0, Event::Comes);
        while let Some(Reverse((now, _, event))) = run.events.pop() {
            run.outcome.lasted = now as f64 / 1e6;
            match event {
                Event::Comes => run.comes(now),
                Event::Reads(function) => run.reads(now, function),
                Event::Plans(function) => run.plans(now, function),
                Event::Sends(function) => run.sends(now, function),
                Event::Ends(function) => run.idle.push(function),
            }
        }
        run.outcome.left = run.database.left();
        (run.outcome.prepared, run.outcome.committed) = (run.database.prepared, run.database.committed);
        run.outcome
    }
}

impl Run {
    fn at(&mut self, time: Time, event: Event) {
        self.order_of_events += 1;
        self.events.push(Reverse((time, self.order_of_events, event)));
    }

    fn comes(&mut self, now: Time) {
        self.outcome.came += 1;
        let gap = -(1.0 - self.random.f64()).ln() / self.rush.rate;
        let next = now + (gap * 1e6) as Time;
        // All who come until the end of the time, and a second's worth more after the last bottle.
        let over = self.outcome.sold_out_after.is_some_and(|seconds| now as f64 / 1e6 > seconds + 1.0);
        if (next as f64) < self.rush.seconds * 1e6 && !over {
            self.at(next, Event::Comes);
        }
        let function = self.idle.pop().unwrap_or_else(|| {
            let last = self.random.u16(0..self.rush.buckets);
            let shelf = Shelf::new(self.rush.buckets);
            self.functions.push(Function {
                shelf,
                last,
                preferred: last,
                attempt: 0,
                asked: Vec::new(),
                bucket: 0,
                quantity: 0,
                confirmed: false,
            });
            self.functions.len() - 1
        });
        let fresh = &mut self.functions[function];
        fresh.shelf = Shelf::new(self.rush.buckets);
        (fresh.preferred, fresh.attempt, fresh.confirmed) = (fresh.last, 0, false);
        fresh.asked = vec![0];
        self.at(now + READ, Event::Reads(function));
    }

    /// What was asked for is read as it is now.
    fn reads(&mut self, now: Time, function: usize) {
        let Function { shelf, asked, attempt, .. } = &mut self.functions[function];
        for bucket in asked.drain(..) {
            shelf.see(bucket, self.database.available(bucket));
        }
        let besides = if *attempt == 0 && shelf.left() > 0 { BESIDES / 2 } else { 0 };
        self.at(now + besides, Event::Plans(function));
    }

    fn plans(&mut self, now: Time, function: usize) {
        let working = &mut self.functions[function];
        match working.shelf.plan(1, working.preferred) {
            Plan::Take(takes) => {
                (working.bucket, working.quantity) = (takes[0].bucket, takes[0].quantity);
                // Half of the way there, half of the way back.
                self.at(now + TRANSACTION / 2, Event::Sends(function));
            }
            Plan::LookAt(buckets) => {
                working.asked = buckets;
                self.at(now + READ, Event::Reads(function));
            }
            // Bucket 0 is read once more, as the storage does.
            Plan::OutOfStock { .. } if !working.confirmed => {
                working.confirmed = true;
                working.asked = vec![0];
                self.at(now + READ, Event::Reads(function));
            }
            Plan::OutOfStock { .. } => {
                self.outcome.told_sold_out += 1;
                self.outcome.told_wrongly += u32::from(self.database.left() > 0);
                self.at(now, Event::Ends(function));
            }
        }
    }

    fn sends(&mut self, now: Time, function: usize) {
        let working = &mut self.functions[function];
        let answer = self.database.take(working.bucket, working.quantity, now);
        let heard = now + TRANSACTION / 2;
        working.attempt += 1;
        match answer {
            Answer::Taken => {
                working.last = working.bucket;
                self.outcome.sold += working.quantity;
                if self.outcome.sold >= self.rush.bottles && self.outcome.sold_out_after.is_none() {
                    self.outcome.sold_out_after = Some(now as f64 / 1e6);
                }
                self.at(heard + BESIDES / 2, Event::Ends(function));
            }
            _ if working.attempt >= TRIES => {
                self.outcome.gave_up += 1;
                self.at(heard, Event::Ends(function));
            }
            Answer::Has(available) => {
                working.shelf.see(working.bucket, available);
                if working.attempt > LEARNED_ONE_BY_ONE {
                    working.shelf.forget();
                }
                self.at(heard, Event::Plans(function));
            }
            Answer::Conflict | Answer::Throttled => {
                working.preferred = working.preferred.wrapping_add(1);
                let range = 10_u64 << (working.attempt - 1).min(5);
                let pause = self.random.u64(1..=range) * 1_000;
                self.at(heard + pause, Event::Plans(function));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Rush = Rush { buckets: 8, bottles: 1_500, rate: 2_000.0, seconds: 4.0, seed: 1 };

    #[test]
    fn every_bottle_is_sold_once_and_everybody_is_answered() {
        for (buckets, seed) in [(1, 1), (4, 2), (8, 3), (64, 4), (64, 5)] {
            let outcome = Rush { buckets, seed, ..SMALL }.run();
            assert_eq!(outcome.oversold(), 0, "{buckets}: {outcome:?}");
            assert_eq!(outcome.sold + outcome.left, 1_500, "{buckets}: {outcome:?}");
            assert_eq!(outcome.sold + outcome.told_sold_out + outcome.gave_up, outcome.came, "{buckets}: {outcome:?}");
            assert_eq!(outcome.told_wrongly, 0, "{buckets}: {outcome:?}");
            assert_eq!(u64::from(outcome.sold), outcome.committed);
        }
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        assert_eq!(SMALL.run(), SMALL.run());
    }

    #[test]
    fn more_buckets_waste_less_and_one_does_not_keep_up() {
        let wasted = |buckets| Rush { buckets, ..SMALL }.run().wasted();
        assert!(wasted(64) < wasted(8));
        assert!(Rush { buckets: 1, ..SMALL }.run().rate() < 500.0);
    }
}
