//! The cheapest place of a task in a tour.
//!
//! Earliest and latest beginnings rise along a tour, so the gaps in which a stop can be in time are a range that is
//! found by bisection. The detour of the delivery is computed once for every gap of its range. A pickup gap is then
//! only followed where its own detour and the cheapest delivery detour behind it can beat the best so far, and only as
//! long as the hard windows hold: the earliest beginnings are pushed forward stop by stop, and each candidate is judged
//! in constant time by the latest beginning of the stop behind it (Savelsbergh 1992). Priced lateness only adds to a
//! detour, so the same bound prunes there.

use std::ops::Range;

use super::instance::{Arc, Instance, Node, delivery, pickup};
use super::tour::{Halt, Tour};

/// Where a task goes: behind these halts of the tour as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub cost: f64,
    pub after_pickup: u32,
    pub after_delivery: u32,
}

/// What chance has to do with the choice of a spot.
pub(crate) enum Chance<'a> {
    None,
    /// Of 256 pickup gaps, so many are overlooked, so that greedy insertion does not always end in the same plan
    /// (Christiaens & Vanden Berghe 2020).
    Blink(&'a mut fastrand::Rng, u8),
}

/// Buffers.
pub(crate) struct Inserter {
    /// Of the delivery, by gap.
    detours: Vec<f64>,
    /// The smallest detour from a gap on.
    cheapest: Vec<f64>,
}

impl Inserter {
    pub fn new() -> Self {
        Self { detours: Vec::new(), cheapest: Vec::new() }
    }

    /// The cheapest feasible spot below `limit`.
    pub fn best(
        &mut self,
        instance: &Instance,
        tour: &Tour,
        task: usize,
        limit: f64,
        mut chance: Chance<'_>,
    ) -> Option<Spot> {
        let vehicle = &instance.vehicles[tour.vehicle as usize];
        let row = &instance.tasks[task];
        let fixed = if tour.is_empty() { vehicle.fixed } else { 0.0 };
        let drop = End::new(instance, delivery(task));
        let drops = drop.gaps(&tour.halts);
        let mut search = Search {
            instance,
            tour,
            room: vehicle.capacity - row.demand,
            limit: limit - fixed,
            found: None,
            until: drops.end,
            drop,
        };
        if row.has_pickup {
            let pick = End::new(instance, pickup(task));
            let picks = pick.gaps(&tour.halts);
            let picks = picks.start..picks.end.min(drops.end);
            if picks.is_empty() || drops.is_empty() {
                return None;
            }
            self.price(&search, drops, picks.start);
            for gap in picks {
                if let Chance::Blink(rng, of_256) = &mut chance
                    && rng.u8(..) < *of_256
                {
                    continue;
                }
                search.pickup(&self.detours, &self.cheapest, &pick, gap);
            }
        } else if !drops.is_empty() {
            for gap in drops {
                search.only_delivery(gap);
            }
        }
        let (gap, behind, cost) = search.found?;
        Some(Spot { cost: cost + fixed, after_pickup: gap as u32, after_delivery: behind as u32 })
    }

    /// Prices the gaps of the delivery; those before, from the first pickup gap on, are too early for it.
    fn price(&mut self, search: &Search<'_>, gaps: Range<usize>, from: usize) {
        let halts = &search.tour.halts;
        self.detours.clear();
        self.detours.resize(gaps.end, f64::INFINITY);
        self.cheapest.clear();
        self.cheapest.resize(gaps.end + 1, f64::INFINITY);
        let mut least = f64::INFINITY;
        for gap in (gaps.start.max(from)..gaps.end).rev() {
            let detour = search.drop.detour(&halts[gap], &halts[gap + 1]);
            self.detours[gap] = detour;
            least = least.min(detour);
            self.cheapest[gap] = least;
        }
        let first = gaps.start.max(from);
        if from < first {
            self.cheapest[from..first].fill(least);
        }
    }
}

/// One end of a task with the ways from and to it.
struct End<'a> {
    node: &'a Node,
    into: &'a [Arc],
    out_of: &'a [Arc],
}

impl<'a> End<'a> {
    fn new(instance: &'a Instance, node: usize) -> Self {
        let node = &instance.nodes[node];
        Self { node, into: instance.into(node.place), out_of: instance.out_of(node.place) }
    }

    /// The gaps in which it may begin in time: not all do, but no other does.
    fn gaps(&self, halts: &[Halt]) -> Range<usize> {
        let last = halts.len() - 1;
        let leave = self.node.open + self.node.service;
        let first = halts[1..].partition_point(|next| next.latest < leave);
        let end = halts[..last].partition_point(|halt| halt.start <= self.node.close);
        first.min(end)..end
    }

    fn detour(&self, before: &Halt, after: &Halt) -> f64 {
        self.into[before.place as usize].cost + self.out_of[after.place as usize].cost - before.cost
    }
}

struct Search<'a> {
    instance: &'a Instance,
    tour: &'a Tour,
    drop: End<'a>,
    /// Behind the last gap of the delivery.
    until: usize,
    /// The load with which the task still fits in.
    room: i64,
    limit: f64,
    found: Option<(usize, usize, f64)>,
}

impl Search<'_> {
    /// Tries the pickup behind halt `gap` with every delivery behind it.
    fn pickup(&mut self, detours: &[f64], cheapest: &[f64], pick: &End<'_>, gap: usize) {
        let (halt, next) = (&self.tour.halts[gap], &self.tour.halts[gap + 1]);
        if halt.load > self.room {
            return;
        }
        let there = pick.into[halt.place as usize];
        let onward = pick.out_of[next.place as usize];
        let cost = there.cost + onward.cost - halt.cost;
        let direct = self.drop.into[pick.node.place as usize];
        let together = there.cost + direct.cost + self.drop.out_of[next.place as usize].cost - halt.cost;
        let apart = cost + cheapest[gap + 1];
        if together.min(apart) >= self.limit {
            return;
        }
        let start = (halt.start + halt.service + there.time).max(pick.node.open);
        if start > pick.node.close {
            return;
        }
        let late = pick.node.late(start);
        let leave = start + pick.node.service;
        if together + late < self.limit {
            self.delivery(gap, gap, together + late, leave + direct.time);
        }
        if apart + late < self.limit {
            self.follow(detours, cheapest, gap, cost + late, leave + onward.time);
        }
    }

    /// Goes on behind the pickup in `gap`, with `cost` already spent, and tries the delivery in every later gap.
    fn follow(&mut self, detours: &[f64], cheapest: &[f64], gap: usize, mut cost: f64, mut arrival: f64) {
        let tour = self.tour;
        for index in gap + 1..self.until {
            let halt = &tour.halts[index];
            // The load is higher from here on.
            if arrival > halt.latest || halt.load > self.room || cost + cheapest[index] >= self.limit {
                return;
            }
            let start = arrival.max(halt.open);
            if self.instance.soft {
                let node = &self.instance.nodes[halt.node as usize];
                cost += node.late(start) - node.late(halt.start);
            }
            let (leave, total) = (start + halt.service, cost + detours[index]);
            if total < self.limit {
                self.delivery(gap, index, total, leave + self.drop.into[halt.place as usize].time);
            }
            arrival = leave + halt.time;
        }
    }

    /// What is on board has only its delivery left, and its load is counted from the start.
    fn only_delivery(&mut self, gap: usize) {
        let (halt, next) = (&self.tour.halts[gap], &self.tour.halts[gap + 1]);
        let cost = self.drop.detour(halt, next);
        if cost < self.limit {
            let arrival = halt.start + halt.service + self.drop.into[halt.place as usize].time;
            self.delivery(gap, gap, cost, arrival);
        }
    }

    /// Judges the delivery behind halt `behind`, reached at `arrival`, and keeps it if it is the best so far.
    fn delivery(&mut self, gap: usize, behind: usize, cost: f64, arrival: f64) {
        let start = arrival.max(self.drop.node.open);
        if start > self.drop.node.close {
            return;
        }
        let next = &self.tour.halts[behind + 1];
        let onward = start + self.drop.node.service + self.drop.out_of[next.place as usize].time;
        if onward > next.latest {
            return;
        }
        let mut total = cost;
        if self.instance.soft {
            total += self.drop.node.late(start);
            if total >= self.limit {
                return;
            }
            total += self.tour.delay_cost(self.instance, behind + 1, onward);
        }
        if total < self.limit {
            self.limit = total;
            self.found = Some((gap, behind, total));
        }
    }
}
