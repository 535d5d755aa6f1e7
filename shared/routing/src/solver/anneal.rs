//! The search: take some tasks out, put them back, keep the result when it is better or, early on, not much worse (adaptive
//! large neighbourhood search with simulated annealing, Ropke & Pisinger 2006).

use super::recreate::{Recreate, Recreator};
use super::ruin::{Ruin, Ruiner};
use super::state::{Snapshot, State};
use super::tour::Tour;
use crate::budget::Meter;

/// The temperature at the start and at the end, as shares of the mean cost of a task.
fn heat() -> (f64, f64, f64) {
    let get = |name: &str, or: f64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or);
    (get("HOT", 0.1), get("COLD", 0.002), get("WARM", 0.1))
}
/// Steps after which the weights of the operators follow their scores.
const SEGMENT: u32 = 100;
/// The part of a weight that follows the last segment.
const REACTION: f64 = 0.2;

pub(crate) struct Search<'s, 'a> {
    pub state: &'s mut State<'a>,
    pub recreator: &'s mut Recreator,
    ruiner: Ruiner,
    ruins: Wheel<Ruin>,
    recreates: Wheel<Recreate>,
    taken: Vec<u32>,
    /// How often a task was left out.
    absences: Vec<u64>,
}

/// How the search went.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    pub steps: u64,
    pub progress: f64,
}

impl<'s, 'a> Search<'s, 'a> {
    pub fn new(state: &'s mut State<'a>, recreator: &'s mut Recreator) -> Self {
        let ruiner = Ruiner::new(state.instance);
        let absences = vec![1; state.instance.tasks.len()];
        let (ruins, recreates) = (Wheel::new(&Ruin::ALL), Wheel::new(&Recreate::ALL));
        Self { state, recreator, ruiner, ruins, recreates, taken: Vec::new(), absences }
    }

    /// Searches until the budget is used; `best` is the best state so far, and afterwards the best of all.
    pub fn run(&mut self, best: &mut Snapshot, rng: &mut fastrand::Rng, meter: &mut Meter<'_>) -> Option<Found> {
        let mut found = None;
        if self.state.instance.tasks.is_empty() {
            return found;
        }
        let began = meter.progress();
        let mean = self.mean_way();
        let mut cost = self.state.cost();
        let mut steps = 0;
        let (hot, cold, _) = heat();
        while meter.tick() {
            let share = (meter.progress() - began) / (1.0 - began).max(1e-9);
            let temperature = mean * hot * (cold / hot).powf(share);
            let (ruin, recreate) = (self.ruins.draw(rng), self.recreates.draw(rng));
            self.state.open_journal();
            let next = self.step(ruin, recreate, rng);
            let better = next.is_some_and(|next| next < cost - 1e-9);
            let mut score = 0.0;
            match next {
                Some(next) if better || next < cost - temperature * rng.f64().max(f64::MIN_POSITIVE).ln() => {
                    score = if better { 8.0 } else { f64::from(u8::from(next > cost + 1e-9)) };
                    cost = next;
                    self.state.close_journal();
                    if cost < best.cost - 1e-9 {
                        score = 20.0;
                        self.state.save(best, cost);
                        found = Some(Found { steps: meter.steps(), progress: meter.progress() });
                    }
                }
                _ => self.state.step_back(),
            }
            self.ruins.credit(score);
            self.recreates.credit(score);
            steps += 1;
            if steps % SEGMENT == 0 {
                self.ruins.turn();
                self.recreates.turn();
            }
        }
        found
    }

    /// Tries to do with one tour less until `until` of the budget is used; the state is as before when it fails.
    ///
    /// The tasks of a dissolved tour are left out, and a step is kept when the tasks that it leaves out were left out less
    /// often than those of the state before it (Christiaens & Vanden Berghe 2020). So those that nobody wants come in first.
    pub fn drop_a_tour(&mut self, rng: &mut fastrand::Rng, meter: &mut Meter<'_>, until: f64) -> bool {
        let before = self.state.snapshot();
        let left_out = self.state.pool.len();
        let Some(victim) = self.lightest_tour() else { return false };
        self.taken.clear();
        self.taken.extend(self.state.tours[victim].tasks(self.state.instance).map(|task| task as u32));
        if !self.state.remove(&self.taken) {
            self.state.restore(&before);
            return false;
        }
        self.state.most_used = self.state.used();
        let temperature = self.mean_way() * heat().2;
        let mut cost = self.ways();
        let mut absent = self.state.pool.clone();
        while self.state.pool.len() > left_out && meter.tick() && meter.progress() < until {
            let (ruin, recreate) = (self.ruins.draw(rng), self.recreates.draw(rng));
            self.state.open_journal();
            let whole = self.step(ruin, recreate, rng).is_some();
            let next = self.ways();
            let (was, is) = (self.absences(&absent), self.absences(&self.state.pool));
            for &task in &self.state.pool {
                self.absences[task as usize] += 1;
            }
            let warmer = next < cost - temperature * rng.f64().max(f64::MIN_POSITIVE).ln();
            if whole && (is < was || (is == was && warmer)) {
                cost = next;
                absent.clone_from(&self.state.pool);
                self.state.close_journal();
            } else {
                self.state.step_back();
            }
        }
        self.state.most_used = self.state.tours.len();
        if self.state.pool.len() <= left_out {
            return true;
        }
        self.state.restore(&before);
        false
    }

    fn absences(&self, tasks: &[u32]) -> u64 {
        tasks.iter().map(|&task| self.absences[task as usize]).sum()
    }

    /// The tour whose tasks were left out least often; what is on board must stay.
    fn lightest_tour(&self) -> Option<usize> {
        let instance = self.state.instance;
        let tours = self.state.tours.iter().filter(|tour| !tour.is_empty());
        let free = tours.filter(|tour| tour.tasks(instance).all(|task| instance.tasks[task].has_pickup));
        let weight = |tour: &Tour| tour.tasks(instance).map(|task| self.absences[task]).sum::<u64>();
        free.min_by_key(|tour| weight(tour)).map(|tour| tour.vehicle as usize)
    }

    fn ways(&self) -> f64 {
        self.state.tours.iter().map(|tour| tour.cost).sum()
    }

    /// The cost after a step, if it was one.
    fn step(&mut self, ruin: Ruin, recreate: Recreate, rng: &mut fastrand::Rng) -> Option<f64> {
        self.ruiner.choose(ruin, self.state, rng, &mut self.taken);
        if !self.state.remove(&self.taken) {
            return None;
        }
        self.add_left_out(rng);
        self.recreator.run(recreate, self.state, &mut self.taken, rng);
        Some(self.state.cost())
    }

    /// Tasks that were left out before get another chance, a few at a time.
    fn add_left_out(&mut self, rng: &mut fastrand::Rng) {
        const AT_ONCE: usize = 10;
        let before = self.taken.len();
        if self.state.pool.len() == before {
            return;
        }
        let taken = &self.taken;
        let mut others: Vec<u32> = self.state.pool.iter().copied().filter(|task| !taken.contains(task)).collect();
        rng.shuffle(&mut others);
        self.taken.extend(others.into_iter().take(AT_ONCE));
    }

    /// What a task costs in the mean, without the couriers' fixed costs.
    fn mean_way(&self) -> f64 {
        let instance = self.state.instance;
        let ways: f64 = self.state.tours.iter().flat_map(|tour| &tour.halts).map(|halt| halt.cost).sum();
        let tasks = (instance.tasks.len() - self.state.pool.len()).max(1);
        ways / tasks as f64
    }
}

/// Draws operators by weights that follow their success.
struct Wheel<T> {
    items: Vec<Item<T>>,
    drawn: usize,
}

struct Item<T> {
    operator: T,
    weight: f64,
    score: f64,
    uses: u32,
}

impl<T: Copy> Wheel<T> {
    fn new(operators: &[T]) -> Self {
        let items = operators.iter().map(|&operator| Item { operator, weight: 1.0, score: 0.0, uses: 0 }).collect();
        Self { items, drawn: 0 }
    }

    fn draw(&mut self, rng: &mut fastrand::Rng) -> T {
        let whole: f64 = self.items.iter().map(|item| item.weight).sum();
        let mut point = rng.f64() * whole;
        self.drawn = self.items.len() - 1;
        for (index, item) in self.items.iter().enumerate() {
            point -= item.weight;
            if point < 0.0 {
                self.drawn = index;
                break;
            }
        }
        self.items[self.drawn].operator
    }

    fn credit(&mut self, score: f64) {
        let item = &mut self.items[self.drawn];
        item.score += score;
        item.uses += 1;
    }

    fn turn(&mut self) {
        for item in &mut self.items {
            if item.uses > 0 {
                let mean = item.score / f64::from(item.uses);
                item.weight = ((1.0 - REACTION) * item.weight + REACTION * mean).max(0.1);
            }
            (item.score, item.uses) = (0.0, 0);
        }
    }
}
