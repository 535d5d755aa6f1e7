//! A courier's tour with what makes an insertion cheap to judge: for each stop the earliest beginning, the latest one
//! that keeps the rest within its hard windows, and the load.

use super::instance::{Instance, delivery, pickup};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Halt {
    pub node: u32,
    pub place: u32,
    /// On the vehicle when it leaves.
    pub load: i64,
    pub open: f64,
    pub service: f64,
    /// When it begins.
    pub start: f64,
    /// The latest arrival with which this and every later stop still begins in time.
    pub latest: f64,
    /// Cost and time of the way to the next stop.
    pub cost: f64,
    pub time: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Tour {
    pub vehicle: u32,
    pub halts: Vec<Halt>,
    /// Ways, lateness and the courier's fixed cost; nothing for a courier who has nothing to do.
    pub cost: f64,
    /// Changes with the tour; no two tours of a search have the same.
    pub version: u64,
}

impl Tour {
    pub fn new(instance: &Instance, vehicle: usize, version: u64) -> Self {
        let row = &instance.vehicles[vehicle];
        let halts = vec![halt(instance, row.start), halt(instance, row.end)];
        let mut tour = Self { vehicle: vehicle as u32, halts, cost: 0.0, version };
        tour.refresh(instance);
        tour
    }

    pub fn is_empty(&self) -> bool {
        self.halts.len() == 2
    }

    /// The nodes between start and end.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.halts[1..self.halts.len() - 1].iter().map(|halt| halt.node)
    }

    pub fn tasks<'a>(&'a self, instance: &'a Instance) -> impl Iterator<Item = usize> + 'a {
        self.nodes().filter_map(|node| {
            let task = instance.task_of(node)?;
            (node as usize == delivery(task)).then_some(task)
        })
    }

    /// Puts the pickup behind halt `after_pickup` and the delivery behind halt `after_delivery`, both counted in the
    /// tour as it is; equal numbers mean one right after the other.
    pub fn insert(&mut self, instance: &Instance, task: usize, after_pickup: usize, after_delivery: usize) {
        self.halts.insert(after_delivery + 1, halt(instance, delivery(task) as u32));
        if instance.tasks[task].has_pickup {
            self.halts.insert(after_pickup + 1, halt(instance, pickup(task) as u32));
        }
    }

    /// Puts visits before the end. Call [`Tour::refresh`] afterwards.
    pub fn append(&mut self, instance: &Instance, nodes: &[usize]) {
        let end = self.halts.len() - 1;
        self.halts.splice(end..end, nodes.iter().map(|&node| halt(instance, node as u32)));
    }

    /// Keeps only the tasks of which `stays` says so. Call [`Tour::refresh`] afterwards.
    pub fn retain(&mut self, instance: &Instance, stays: impl Fn(usize) -> bool) {
        self.halts.retain(|halt| instance.task_of(halt.node).is_none_or(&stays));
    }

    /// Computes everything from the sequence; false when a hard window or the capacity is broken.
    pub fn refresh(&mut self, instance: &Instance) -> bool {
        let vehicle = &instance.vehicles[self.vehicle as usize];
        let last = self.halts.len() - 1;
        let mut feasible = true;
        let mut load = vehicle.on_board;
        let mut arrival = f64::NEG_INFINITY;
        self.cost = 0.0;
        for index in 0..=last {
            let next = self.halts.get(index + 1).map(|next| next.place);
            let halt = &mut self.halts[index];
            let node = &instance.nodes[halt.node as usize];
            load += node.load;
            halt.load = load;
            halt.start = arrival.max(node.open);
            feasible &= halt.start <= node.close && load <= vehicle.capacity;
            self.cost += node.late(halt.start);
            let arc = next.map(|next| instance.arc(halt.place, next)).unwrap_or_default();
            (halt.cost, halt.time) = (arc.cost, arc.time);
            self.cost += arc.cost;
            arrival = halt.start + halt.service + arc.time;
        }
        let mut latest = f64::INFINITY;
        for halt in self.halts.iter_mut().rev() {
            let close = instance.nodes[halt.node as usize].close;
            halt.latest = close.min(latest - halt.time - halt.service);
            latest = halt.latest;
        }
        if last == 1 {
            // Who has nothing to do goes nowhere, also not home.
            self.cost = 0.0;
            self.halts[0].cost = 0.0;
            return true;
        }
        self.cost += vehicle.fixed;
        feasible
    }

    /// How much the lateness of the stops from `index` on changes when the courier arrives there at `arrival`.
    pub fn delay_cost(&self, instance: &Instance, index: usize, mut arrival: f64) -> f64 {
        let mut extra = 0.0;
        let unused = self.is_empty();
        for halt in &self.halts[index..] {
            let node = &instance.nodes[halt.node as usize];
            let start = arrival.max(halt.open);
            if unused {
                extra += node.late(start);
                continue;
            }
            if start == halt.start {
                break;
            }
            extra += node.late(start) - node.late(halt.start);
            arrival = start + halt.service + halt.time;
        }
        extra
    }
}

fn halt(instance: &Instance, node: u32) -> Halt {
    let row = &instance.nodes[node as usize];
    let (place, open, service) = (row.place, row.open, row.service);
    Halt { node, place, load: 0, open, service, start: 0.0, latest: 0.0, cost: 0.0, time: 0.0 }
}
