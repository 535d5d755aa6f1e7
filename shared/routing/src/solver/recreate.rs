//! How tasks are put back: greedily in some order, or by regret (the task that loses most by waiting goes first; Ropke
//! & Pisinger 2006).

use super::insertion::{Chance, Inserter, Spot};
use super::instance::{Instance, delivery};
use super::state::State;

/// The best insertion of a task into a tour is remembered until the tour changes.
struct Memory {
    vehicles: usize,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    version: u64,
    spot: Option<Spot>,
}

impl Memory {
    pub fn new(instance: &Instance) -> Self {
        let vehicles = instance.vehicles.len();
        let entries = vec![Entry { version: u64::MAX, spot: None }; vehicles * instance.tasks.len()];
        Self { vehicles, entries }
    }

    fn best(&mut self, inserter: &mut Inserter, state: &State<'_>, task: usize, vehicle: usize) -> Option<Spot> {
        let entry = &mut self.entries[task * self.vehicles + vehicle];
        let tour = &state.tours[vehicle];
        if entry.version != tour.version {
            let spot = inserter.best(state.instance, tour, task, f64::INFINITY, Chance::None);
            *entry = Entry { version: tour.version, spot };
        }
        entry.spot
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recreate {
    Greedy(Order),
    /// The difference between the best tour and the others up to this one.
    Regret(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Random,
    Large,
    Far,
    Near,
    Tight,
    Early,
}

impl Recreate {
    pub const ALL: [Self; 8] = [
        Self::Greedy(Order::Random),
        Self::Greedy(Order::Large),
        Self::Greedy(Order::Far),
        Self::Greedy(Order::Near),
        Self::Greedy(Order::Tight),
        Self::Greedy(Order::Early),
        Self::Regret(2),
        Self::Regret(3),
    ];
}

/// Of 256 gaps, so many are overlooked in greedy insertion.
const BLINKS: u8 = 3;
/// The share by which regret insertion errs.
const NOISE: f64 = 0.1;

pub(crate) struct Recreator {
    pub inserter: Inserter,
    memory: Memory,
    remember: bool,
    kinds_seen: Vec<bool>,
    open: Vec<u32>,
}

impl Recreator {
    pub fn new(instance: &Instance) -> Self {
        let kinds = instance.vehicles.iter().map(|vehicle| vehicle.kind as usize + 1).max().unwrap_or(0);
        let memory = Memory::new(instance);
        Self { inserter: Inserter::new(), memory, remember: false, kinds_seen: vec![false; kinds], open: Vec::new() }
    }

    /// Puts `tasks` back where it pays.
    pub fn run(&mut self, recreate: Recreate, state: &mut State<'_>, tasks: &mut Vec<u32>, rng: &mut fastrand::Rng) {
        match recreate {
            Recreate::Greedy(order) => {
                sort(state.instance, order, tasks, rng);
                self.greedy(state, tasks, rng);
            }
            Recreate::Regret(depth) => {
                self.regret(state, tasks, depth, Some(rng), &mut || true);
            }
        }
    }

    /// The vehicles worth a look: all that are used, and one of each kind that is not.
    fn candidates(&mut self, state: &State<'_>) {
        self.open.clear();
        self.kinds_seen.fill(state.used() >= state.most_used);
        for (vehicle, tour) in state.tours.iter().enumerate() {
            let seen = &mut self.kinds_seen[state.instance.vehicles[vehicle].kind as usize];
            if tour.is_empty() && std::mem::replace(seen, true) {
                continue;
            }
            self.open.push(vehicle as u32);
        }
    }

    fn greedy(&mut self, state: &mut State<'_>, tasks: &[u32], rng: &mut fastrand::Rng) {
        self.candidates(state);
        for &task in tasks {
            let task = task as usize;
            let mut best: Option<(usize, Spot)> = None;
            let mut limit = state.instance.tasks[task].penalty;
            // Where it came from is a good guess, and a good guess prunes the rest.
            let last = state.last_home(task);
            if let Some(index) = self.open.iter().position(|&vehicle| vehicle == last) {
                self.open.swap(0, index);
            }
            for index in 0..self.open.len() {
                let vehicle = self.open[index] as usize;
                if !state.instance.may(task, vehicle) {
                    continue;
                }
                let blink = Chance::Blink(&mut *rng, BLINKS);
                let tour = &state.tours[vehicle];
                if let Some(spot) = self.inserter.best(state.instance, tour, task, limit, blink) {
                    limit = spot.cost;
                    best = Some((vehicle, spot));
                }
            }
            if let Some((vehicle, spot)) = best {
                let opened = state.tours[vehicle].is_empty();
                state.insert(task, vehicle, spot);
                if opened {
                    self.candidates(state);
                }
            }
        }
    }

    /// Regret insertion of `tasks`, erring when there is an `rng`, as long as `go_on` says so. Without one it is the
    /// start of a search: there are many tasks, so what was found is remembered.
    pub fn regret(
        &mut self,
        state: &mut State<'_>,
        tasks: &mut Vec<u32>,
        depth: usize,
        mut rng: Option<&mut fastrand::Rng>,
        go_on: &mut dyn FnMut() -> bool,
    ) {
        self.remember = rng.is_none();
        self.candidates(state);
        let mut ranks: Vec<Rank> = tasks.iter().map(|&task| Rank { task, ..Rank::default() }).collect();
        for rank in &mut ranks {
            if !go_on() {
                break;
            }
            self.rank(state, rank, depth);
        }
        while !ranks.is_empty() && go_on() {
            let mut chosen = 0;
            let mut highest = f64::NEG_INFINITY;
            for (index, rank) in ranks.iter().enumerate() {
                let noise = rng.as_mut().map_or(1.0, |rng| 1.0 + NOISE * (rng.f64() - 0.5));
                let value = rank.regret(depth, state.instance.tasks[rank.task as usize].penalty) * noise;
                if value > highest {
                    (chosen, highest) = (index, value);
                }
            }
            let rank = ranks.swap_remove(chosen);
            let Some((vehicle, spot)) = rank.best else { continue };
            state.insert(rank.task as usize, vehicle, spot);
            self.candidates(state);
            for rank in &mut ranks {
                self.rank_again(state, rank, vehicle, depth);
            }
        }
        tasks.clear();
    }

    /// Brings a rank up to date after a tour has changed.
    fn rank_again(&mut self, state: &State<'_>, rank: &mut Rank, changed: usize, depth: usize) {
        let task = rank.task as usize;
        if rank.looks_at(changed) {
            self.rank(state, rank, depth);
        } else if state.instance.may(task, changed) {
            let limit = rank.costs[depth - 1].min(state.instance.tasks[task].penalty);
            if let Some(spot) = self.spot(state, task, changed, limit) {
                rank.enter(changed, spot, depth);
            }
        }
    }

    fn rank(&mut self, state: &State<'_>, rank: &mut Rank, depth: usize) {
        let task = rank.task as usize;
        *rank = Rank { task: rank.task, ..Rank::default() };
        let penalty = state.instance.tasks[task].penalty;
        for index in 0..self.open.len() {
            let vehicle = self.open[index] as usize;
            if !state.instance.may(task, vehicle) {
                continue;
            }
            let limit = rank.costs[depth - 1].min(penalty);
            if let Some(spot) = self.spot(state, task, vehicle, limit) {
                rank.enter(vehicle, spot, depth);
            }
        }
    }

    fn spot(&mut self, state: &State<'_>, task: usize, vehicle: usize, limit: f64) -> Option<Spot> {
        if self.remember {
            return self.memory.best(&mut self.inserter, state, task, vehicle).filter(|spot| spot.cost < limit);
        }
        self.inserter.best(state.instance, &state.tours[vehicle], task, limit, Chance::None)
    }
}

/// The best tours of a task.
#[derive(Clone, Copy)]
struct Rank {
    task: u32,
    best: Option<(usize, Spot)>,
    costs: [f64; 3],
    vehicles: [usize; 3],
}

impl Default for Rank {
    fn default() -> Self {
        Self { task: 0, best: None, costs: [f64::INFINITY; 3], vehicles: [usize::MAX; 3] }
    }
}

impl Rank {
    fn enter(&mut self, vehicle: usize, spot: Spot, depth: usize) {
        let Some(at) = (0..depth).find(|&at| spot.cost < self.costs[at]) else { return };
        self.costs[at..depth].rotate_right(1);
        self.vehicles[at..depth].rotate_right(1);
        (self.costs[at], self.vehicles[at]) = (spot.cost, vehicle);
        if at == 0 {
            self.best = Some((vehicle, spot));
        }
    }

    fn looks_at(&self, vehicle: usize) -> bool {
        self.vehicles.contains(&vehicle)
    }

    /// What the task loses when its best tours are gone; a tour that cannot take it counts as leaving it out.
    fn regret(&self, depth: usize, penalty: f64) -> f64 {
        if self.best.is_none() {
            return f64::NEG_INFINITY;
        }
        (1..depth).map(|at| self.costs[at].min(penalty) - self.costs[0]).sum::<f64>() - 1e-6 * self.costs[0]
    }
}

fn sort(instance: &Instance, order: Order, tasks: &mut [u32], rng: &mut fastrand::Rng) {
    rng.shuffle(tasks);
    let first = |task: u32| &instance.nodes[instance.first_node(task as usize)];
    let drop = |task: u32| &instance.nodes[delivery(task as usize)];
    let home = instance.nodes[instance.vehicles[0].start as usize].place;
    let far = |task: u32| instance.arc(home, first(task).place).cost + instance.arc(home, drop(task).place).cost;
    let key = |task: u32| match order {
        Order::Random => 0.0,
        Order::Large => -(instance.tasks[task as usize].demand as f64),
        Order::Far => -far(task),
        Order::Near => far(task),
        Order::Tight => (drop(task).due - drop(task).open).min(first(task).due - first(task).open),
        Order::Early => first(task).due.min(drop(task).due),
    };
    tasks.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
}
