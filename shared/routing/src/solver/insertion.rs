//! The cheapest place of a task in a tour.
//!
//! The detour of the delivery is computed once for every gap. A pickup gap is then only followed where its own detour and
//! the cheapest delivery detour behind it can beat the best so far, and only as long as the hard windows hold: the earliest
//! beginnings are pushed forward stop by stop, and each candidate is judged in constant time by the latest beginning of the
//! stop behind it (Savelsbergh 1992). Priced lateness only adds to a detour, so the same bound prunes there.

use super::instance::{Arc, Instance, Node, delivery, pickup};
use super::tour::Tour;

/// Where a task goes: behind these halts of the tour as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub cost: f64,
    pub after_pickup: u32,
    pub after_delivery: u32,
}

/// Buffers, and the gaps that are to be overlooked.
pub(crate) struct Inserter {
    detours: Vec<f64>,
    /// The smallest detour from a gap on.
    cheapest: Vec<f64>,
}

/// Overlooks a gap now and then, so that greedy insertion does not always end in the same plan (Christiaens & Vanden Berghe 2020).
pub(crate) struct Blink<'a> {
    pub rng: &'a mut fastrand::Rng,
    /// Of 256 gaps, so many are overlooked.
    pub of_256: u8,
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
        blink: Option<Blink<'_>>,
    ) -> Option<Spot> {
        self.search(instance, tour, task, limit, blink, None)
    }

    /// Any feasible spot, each with the same chance.
    pub fn any(&mut self, instance: &Instance, tour: &Tour, task: usize, rng: &mut fastrand::Rng) -> Option<Spot> {
        self.search(instance, tour, task, f64::INFINITY, None, Some(rng))
    }

    fn search(
        &mut self,
        instance: &Instance,
        tour: &Tour,
        task: usize,
        limit: f64,
        mut blink: Option<Blink<'_>>,
        draw: Option<&mut fastrand::Rng>,
    ) -> Option<Spot> {
        let fixed = if tour.is_empty() { instance.vehicles[tour.vehicle as usize].fixed } else { 0.0 };
        let mut search = Search {
            instance,
            tour,
            last: tour.halts.len() - 1,
            drop: &instance.nodes[delivery(task)],
            into_drop: instance.into(instance.nodes[delivery(task)].place),
            out_of_drop: instance.out_of(instance.nodes[delivery(task)].place),
            room: instance.vehicles[tour.vehicle as usize].capacity - instance.tasks[task].demand,
            limit: limit - fixed,
            found: None,
            draw: None,
            seen: 0,
        };
        search.draw = draw;
        self.price_gaps(&search);
        if !instance.tasks[task].has_pickup {
            search.follow(&self.detours, 0, 0, 0.0, f64::NEG_INFINITY, None);
        } else {
            for gap in 0..search.last {
                if blink.as_mut().is_some_and(|blink| blink.rng.u8(..) < blink.of_256) {
                    continue;
                }
                if !search.pickup(&self.detours, &self.cheapest, task, gap) {
                    break;
                }
            }
        }
        let (gap, behind, cost) = search.found?;
        Some(Spot { cost: cost + fixed, after_pickup: gap as u32, after_delivery: behind as u32 })
    }

    fn price_gaps(&mut self, search: &Search<'_>) {
        self.detours.clear();
        for pair in search.tour.halts.windows(2) {
            let way = search.into_drop[pair[0].place as usize].cost + search.out_of_drop[pair[1].place as usize].cost;
            self.detours.push(way - pair[0].cost);
        }
        self.cheapest.clear();
        self.cheapest.resize(search.last + 1, f64::INFINITY);
        for gap in (0..search.last).rev() {
            self.cheapest[gap] = self.cheapest[gap + 1].min(self.detours[gap]);
        }
    }
}

struct Search<'a> {
    instance: &'a Instance,
    tour: &'a Tour,
    last: usize,
    drop: &'a Node,
    into_drop: &'a [Arc],
    out_of_drop: &'a [Arc],
    /// The load with which the task still fits in.
    room: i64,
    limit: f64,
    found: Option<(usize, usize, f64)>,
    /// Draws among all spots in place of keeping the cheapest.
    draw: Option<&'a mut fastrand::Rng>,
    /// Spots that were drawn from.
    seen: usize,
}

impl Search<'_> {
    /// Tries the pickup behind halt `gap` with every delivery behind it; false when no later gap can be in time.
    fn pickup(&mut self, detours: &[f64], cheapest: &[f64], task: usize, gap: usize) -> bool {
        let halts = &self.tour.halts;
        let (halt, next) = (&halts[gap], &halts[gap + 1]);
        let node = &self.instance.nodes[pickup(task)];
        if halt.start > node.close {
            return false;
        }
        if halt.load > self.room {
            return true;
        }
        let there = self.instance.arc(halt.place, node.place);
        let onward = self.instance.arc(node.place, next.place);
        let cost = there.cost + onward.cost - halt.cost;
        let direct = self.into_drop[node.place as usize];
        let together = there.cost + direct.cost + self.out_of_drop[next.place as usize].cost - halt.cost;
        let apart = cost + cheapest[gap + 1];
        if together.min(apart) >= self.limit {
            return true;
        }
        let start = (halt.start + halt.service + there.time).max(node.open);
        if start > node.close {
            return true;
        }
        let late = node.late(start);
        let leave = start + node.service;
        if together + late < self.limit {
            self.close(gap, gap, together + late, leave + direct.time);
        }
        if apart + late < self.limit {
            self.follow(detours, gap + 1, gap, cost + late, leave + onward.time, Some(cheapest));
        }
        true
    }

    /// Goes on from halt `from`, reached at `arrival` with `cost` already spent, and tries the delivery in every gap behind.
    fn follow(
        &mut self,
        detours: &[f64],
        from: usize,
        gap: usize,
        mut cost: f64,
        mut arrival: f64,
        cheapest: Option<&[f64]>,
    ) {
        let tour = self.tour;
        for index in from..self.last {
            let halt = &tour.halts[index];
            if arrival > halt.latest {
                return;
            }
            let start = arrival.max(halt.open);
            if start > self.drop.close {
                return;
            }
            if let Some(cheapest) = cheapest {
                // With a pickup the load is higher from there on; what is on board already is counted.
                if halt.load > self.room || cost + cheapest[index] >= self.limit {
                    return;
                }
                if self.instance.soft {
                    let node = &self.instance.nodes[halt.node as usize];
                    cost += node.late(start) - node.late(halt.start);
                }
            }
            let (leave, total) = (start + halt.service, cost + detours[index]);
            if total < self.limit {
                let behind = if cheapest.is_some() { gap } else { index };
                self.close(behind, index, total, leave + self.into_drop[halt.place as usize].time);
            }
            arrival = leave + halt.time;
        }
    }

    /// Judges the delivery behind halt `behind`, reached at `arrival`, and keeps it if it is the best so far.
    fn close(&mut self, gap: usize, behind: usize, cost: f64, arrival: f64) {
        let start = arrival.max(self.drop.open);
        if start > self.drop.close {
            return;
        }
        let next = &self.tour.halts[behind + 1];
        let onward = start + self.drop.service + self.out_of_drop[next.place as usize].time;
        if onward > next.latest {
            return;
        }
        let mut total = cost;
        if self.instance.soft {
            total += self.drop.late(start);
            if total >= self.limit {
                return;
            }
            total += self.tour.delay_cost(self.instance, behind + 1, onward);
        }
        if let Some(rng) = self.draw.as_mut() {
            self.seen += 1;
            if rng.usize(..self.seen) == 0 {
                self.found = Some((gap, behind, total));
            }
        } else if total < self.limit {
            self.limit = total;
            self.found = Some((gap, behind, total));
        }
    }
}
