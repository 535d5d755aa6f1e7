//! Which tasks are taken out of their tours before they are put back better.
//!
//! - *Strings*: neighbouring stops of tours that pass near each other (slack induction by string removals, Christiaens
//!   & Vanden Berghe 2020), each with its partner at the other end of the job.
//! - *Related*: tasks that are alike in place, time and size (Shaw 1998; Ropke & Pisinger 2006).
//! - *Worst*: tasks whose absence saves most, with some chance (Ropke & Pisinger 2006).
//! - *Random*, and a whole *tour*.

use super::instance::{Instance, delivery};
use super::state::State;
use super::tour::Tour;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruin {
    Strings,
    Related,
    Worst,
    Random,
    Tour,
}

impl Ruin {
    pub const ALL: [Self; 5] = [Self::Strings, Self::Related, Self::Worst, Self::Random, Self::Tour];
}

/// The longest string, and the mean number of stops taken out, as in the source.
const LONGEST_STRING: f64 = 10.0;
const MEAN_STOPS: f64 = 14.0;
/// So many neighbours of a stop are known; farther ones share no tour with it that is worth changing.
const NEIGHBOURS: usize = 80;

pub(crate) struct Ruiner {
    /// Nodes by their distance from a node; made when first asked for.
    near: Vec<Vec<u32>>,
    gone: Vec<bool>,
    scores: Vec<(f64, u32)>,
    longest_way: f64,
    longest_time: f64,
}

impl Ruiner {
    pub fn new(instance: &Instance) -> Self {
        let count = instance.tasks.len();
        let (mut longest_way, mut opens) = (1e-9_f64, (f64::INFINITY, f64::NEG_INFINITY));
        for task in 0..count {
            let first = &instance.nodes[instance.first_node(task)];
            let drop = &instance.nodes[delivery(task)];
            longest_way = longest_way.max(instance.arc(first.place, drop.place).cost);
            opens = (opens.0.min(first.open), opens.1.max(first.open));
        }
        Self {
            near: vec![Vec::new(); 2 * count],
            gone: vec![false; count],
            scores: Vec::new(),
            longest_way,
            longest_time: (opens.1 - opens.0).max(1e-9),
        }
    }

    /// The tasks to take out; all of them stand in tours.
    pub fn choose(&mut self, ruin: Ruin, state: &State<'_>, rng: &mut fastrand::Rng, out: &mut Vec<u32>) {
        out.clear();
        let assigned = state.instance.tasks.len() - state.pool.len();
        if assigned == 0 {
            return;
        }
        let most = (assigned * 2 / 5).clamp(1, 30);
        let least = most.min(4);
        let count = rng.usize(least..=most);
        match ruin {
            Ruin::Strings => self.strings(state, rng, out),
            Ruin::Related => self.related(state, rng, count, out),
            Ruin::Worst => self.worst(state, rng, count.div_ceil(2), out),
            Ruin::Random => self.random(state, rng, count.div_ceil(2), out),
            Ruin::Tour => self.tour(state, rng, out),
        }
        for &task in out.iter() {
            self.gone[task as usize] = false;
        }
    }

    fn take(&mut self, task: usize, out: &mut Vec<u32>) {
        if !self.gone[task] {
            self.gone[task] = true;
            out.push(task as u32);
        }
    }

    fn strings(&mut self, state: &State<'_>, rng: &mut fastrand::Rng, out: &mut Vec<u32>) {
        let instance = state.instance;
        let seed = some_task(state, rng);
        let node = if rng.bool() { delivery(seed) } else { instance.first_node(seed) };
        let used = state.used().max(1);
        let stops: usize = 2 * (instance.tasks.len() - state.pool.len());
        let longest = LONGEST_STRING.min(stops as f64 / used as f64).max(1.0);
        let strings = (4.0 * MEAN_STOPS / (1.0 + longest) - 1.0).max(1.0);
        let count = (rng.f64() * strings + 1.0) as usize;
        let mut ruined: Vec<u32> = Vec::with_capacity(count);
        self.know_neighbours(instance, node);
        for index in 0..self.near[node].len() {
            let near = self.near[node][index];
            let Some(task) = instance.task_of(near) else { continue };
            let Some(vehicle) = state.home(task) else { continue };
            if self.gone[task] || ruined.contains(&(vehicle as u32)) {
                continue;
            }
            let tour = &state.tours[vehicle];
            let longest_here = longest.min((tour.halts.len() - 2) as f64);
            let length = (rng.f64() * longest_here + 1.0) as usize;
            self.string(state, tour, near, length, rng, out);
            ruined.push(vehicle as u32);
            if ruined.len() >= count {
                break;
            }
        }
    }

    /// Takes a string that holds `node`, now and then with a gap in it that stays.
    fn string(
        &mut self,
        state: &State<'_>,
        tour: &Tour,
        node: u32,
        length: usize,
        rng: &mut fastrand::Rng,
        out: &mut Vec<u32>,
    ) {
        let stops = tour.halts.len() - 2;
        let Some(position) = tour.nodes().position(|other| other == node) else { return };
        let mut kept = 0;
        if rng.bool() {
            while length + kept < stops && rng.f64() > 0.01 && rng.bool() {
                kept += 1;
            }
        }
        let whole = (length + kept).min(stops);
        let first = rng.usize(position.saturating_sub(whole - 1)..=position.min(stops - whole));
        let gap = if kept > 0 { rng.usize(0..=length) } else { length };
        for offset in (0..whole).filter(|offset| !(gap..gap + kept).contains(offset)) {
            if let Some(task) = state.instance.task_of(tour.halts[1 + first + offset].node) {
                self.take(task, out);
            }
        }
        // The stop itself goes even when it fell into the gap, so that no ruin is empty.
        if let Some(task) = state.instance.task_of(node) {
            self.take(task, out);
        }
    }

    fn know_neighbours(&mut self, instance: &Instance, node: usize) {
        if !self.near[node].is_empty() {
            return;
        }
        let from = instance.out_of(instance.nodes[node].place);
        let mut order: Vec<(f64, u32)> = (0..instance.tasks.len())
            .flat_map(|task| [instance.first_node(task), delivery(task)])
            .map(|other| (from[instance.nodes[other].place as usize].cost, other as u32))
            .collect();
        if order.len() > NEIGHBOURS {
            order.select_nth_unstable_by(NEIGHBOURS, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            order.truncate(NEIGHBOURS);
        }
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.near[node] = order.into_iter().map(|(_, other)| other).collect();
    }

    fn related(&mut self, state: &State<'_>, rng: &mut fastrand::Rng, count: usize, out: &mut Vec<u32>) {
        let instance = state.instance;
        let seed = some_task(state, rng);
        let look = |task: usize| {
            let first = &instance.nodes[instance.first_node(task)];
            (first, &instance.nodes[delivery(task)])
        };
        let (first, drop) = look(seed);
        self.scores.clear();
        for task in (0..instance.tasks.len()).filter(|&task| state.home(task).is_some()) {
            let (other_first, other_drop) = look(task);
            let way =
                instance.arc(first.place, other_first.place).cost + instance.arc(drop.place, other_drop.place).cost;
            let time = (first.open - other_first.open).abs() + (drop.open - other_drop.open).abs();
            let load = (first.load - other_first.load).abs() as f64 / (first.load.abs().max(1)) as f64;
            let score = 9.0 * way / self.longest_way + 3.0 * time / self.longest_time + 0.5 * load.min(2.0);
            let score = if task == seed { -1.0 } else { score * (0.5 + rng.f64()) };
            self.scores.push((score, task as u32));
        }
        self.take_lowest(count, out);
    }

    fn worst(&mut self, state: &State<'_>, rng: &mut fastrand::Rng, count: usize, out: &mut Vec<u32>) {
        let instance = state.instance;
        self.scores.clear();
        for tour in state.tours.iter().filter(|tour| !tour.is_empty()) {
            for index in 1..tour.halts.len() - 1 {
                let [before, halt, after] = [&tour.halts[index - 1], &tour.halts[index], &tour.halts[index + 1]];
                let node = &instance.nodes[halt.node as usize];
                let saved =
                    before.cost + halt.cost - instance.arc(before.place, after.place).cost + node.late(halt.start);
                if let Some(task) = instance.task_of(halt.node) {
                    self.scores.push((-saved, task as u32));
                }
            }
        }
        // Both ends of a task count together.
        self.scores.sort_unstable_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
        self.scores.dedup_by(|later, kept| {
            let same = later.1 == kept.1;
            if same {
                kept.0 += later.0;
            }
            same
        });
        for score in &mut self.scores {
            score.0 *= 0.3 + rng.f64();
        }
        self.take_lowest(count, out);
    }

    fn take_lowest(&mut self, count: usize, out: &mut Vec<u32>) {
        let mut scores = std::mem::take(&mut self.scores);
        let count = count.min(scores.len());
        if count < scores.len() {
            scores.select_nth_unstable_by(count, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
        for &(_, task) in &scores[..count] {
            self.take(task as usize, out);
        }
        self.scores = scores;
    }

    fn random(&mut self, state: &State<'_>, rng: &mut fastrand::Rng, count: usize, out: &mut Vec<u32>) {
        for _ in 0..count {
            let task = some_task(state, rng);
            self.take(task, out);
        }
    }

    /// One tour as a whole, or as much of it as can be put back in reasonable time.
    fn tour(&mut self, state: &State<'_>, rng: &mut fastrand::Rng, out: &mut Vec<u32>) {
        const MOST: usize = 30;
        let vehicle = state.home(some_task(state, rng)).unwrap_or_default();
        let tasks: Vec<usize> = state.tours[vehicle].tasks(state.instance).collect();
        let first = if tasks.len() > MOST { rng.usize(0..=tasks.len() - MOST) } else { 0 };
        for &task in tasks.iter().skip(first).take(MOST) {
            self.take(task, out);
        }
    }
}

/// A task that stands in a tour; there must be one.
fn some_task(state: &State<'_>, rng: &mut fastrand::Rng) -> usize {
    let count = state.instance.tasks.len();
    let start = rng.usize(..count);
    (0..count).map(|step| (start + step) % count).find(|&task| state.home(task).is_some()).unwrap_or(start)
}
