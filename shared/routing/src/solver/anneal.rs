//! The search: take some tasks out, put them back, keep the result when it is better or, early on, not much worse
//! (adaptive large neighbourhood search with simulated annealing, Ropke & Pisinger 2006).

use super::recreate::{Recreate, Recreator};
use super::ruin::{Ruin, Ruiner};
use super::state::{Snapshot, State};
use super::wheel::Wheel;
use crate::budget::Meter;

/// Temperatures as shares of the mean way of a task: at the start when there is time to cool down, at the end, and
/// while a tour is dropped.
const HOT: f64 = 2.0;
const COLD: f64 = 0.01;
const WARM: f64 = 0.1;
/// So many steps a task are needed to cool down from [`HOT`]; with fewer the search starts colder.
const STEPS_A_TASK: f64 = 300.0;
/// The first steps are cold; they tell how many there will be.
const FIRST_STEPS: u32 = 20;
/// What leaving a task out costs the search at first and at least, in mean ways of a task, and how fast that changes.
const LEFT_OUT: f64 = 40.0;
const LEFT_OUT_LEAST: f64 = 0.5;
const LEFT_OUT_STEP: f64 = 1.01;
/// Two costs that differ by less are the same.
const ROUNDING: f64 = 1e-9;

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

/// When the best plan was found.
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
    ///
    /// In between tasks may be left out for less than their penalty, at a price that rises as long as more are left out
    /// than in the best state and falls otherwise: where a fleet is as small as can be, the way from one plan to
    /// another leads through plans that are not whole.
    pub fn run(&mut self, best: &mut Snapshot, rng: &mut fastrand::Rng, meter: &mut Meter<'_>) -> Option<Found> {
        let mut found = None;
        let mean = self.mean_way();
        let mut price = mean * LEFT_OUT;
        let mut heat = Heat::new(meter.progress(), self.state.instance.tasks.len());
        while !self.state.instance.tasks.is_empty() && meter.tick() {
            let temperature = mean * heat.at(meter.progress());
            let before = self.walk_cost(price);
            self.state.open_journal();
            let whole = self.step(rng);
            let after = self.walk_cost(price);
            let mut score = 0.0;
            if whole && after < before + allowance(temperature, rng) {
                self.state.close_journal();
                score = if after < before - ROUNDING { 8.0 } else { f64::from(u8::from(after > before + ROUNDING)) };
                let cost = self.state.cost();
                if cost < best.cost - ROUNDING {
                    score = 20.0;
                    self.state.save(best, cost);
                    found = Some(Found { steps: meter.steps(), progress: meter.progress() });
                }
            } else {
                self.state.step_back();
            }
            let torn = self.state.pool.len() > best.left_out();
            price = if torn { price * LEFT_OUT_STEP } else { (price / LEFT_OUT_STEP).max(mean * LEFT_OUT_LEAST) };
            self.credit(score);
        }
        found
    }

    /// Tries to do with one tour less until `until` of the budget is used; the state is as before when it fails.
    ///
    /// The tasks of a dissolved tour are left out, and a step is kept when the tasks that it leaves out were left out
    /// less often than those of the state before it (Christiaens & Vanden Berghe 2020). So those that nobody wants come
    /// in first.
    pub fn drop_a_tour(&mut self, rng: &mut fastrand::Rng, meter: &mut Meter<'_>, until: f64) -> bool {
        let before = self.state.snapshot();
        let left_out = self.state.pool.len();
        if !self.dissolve() {
            self.state.restore(&before);
            return false;
        }
        self.state.most_used = self.state.used();
        let temperature = self.mean_way() * WARM;
        let mut absent = self.state.pool.clone();
        while self.state.pool.len() > left_out && meter.tick() && meter.progress() < until {
            let cost = self.ways();
            self.state.open_journal();
            let whole = self.step(rng);
            let next = self.ways();
            let (was, is) = (self.absences(&absent), self.absences(&self.state.pool));
            for &task in &self.state.pool {
                self.absences[task as usize] += 1;
            }
            if whole && (is < was || (is == was && next < cost + allowance(temperature, rng))) {
                absent.clone_from(&self.state.pool);
                self.state.close_journal();
            } else {
                self.state.step_back();
            }
        }
        self.state.most_used = before.vehicles();
        if self.state.pool.len() <= left_out {
            return true;
        }
        self.state.restore(&before);
        false
    }

    /// Empties the tour whose tasks were left out least often; what is on board must stay.
    fn dissolve(&mut self) -> bool {
        let instance = self.state.instance;
        let tours = self.state.tours.iter().filter(|tour| !tour.is_empty());
        let free = tours.filter(|tour| tour.tasks(instance).all(|task| instance.tasks[task].has_pickup));
        let victim = free.min_by_key(|tour| tour.tasks(instance).map(|task| self.absences[task]).sum::<u64>());
        let Some(victim) = victim else { return false };
        self.taken.clear();
        self.taken.extend(victim.tasks(instance).map(|task| task as u32));
        self.state.remove(&self.taken)
    }

    fn absences(&self, tasks: &[u32]) -> u64 {
        tasks.iter().map(|&task| self.absences[task as usize]).sum()
    }

    /// Takes some tasks out and puts them back; false when that broke a tour.
    fn step(&mut self, rng: &mut fastrand::Rng) -> bool {
        let (ruin, recreate) = (self.ruins.draw(rng), self.recreates.draw(rng));
        self.ruiner.choose(ruin, self.state, rng, &mut self.taken);
        if !self.state.remove(&self.taken) {
            return false;
        }
        self.add_left_out(rng);
        self.recreator.run(recreate, self.state, &mut self.taken, rng);
        true
    }

    fn credit(&mut self, score: f64) {
        self.ruins.credit(score);
        self.recreates.credit(score);
    }

    /// Tasks that were left out before get another chance, a few at a time.
    fn add_left_out(&mut self, rng: &mut fastrand::Rng) {
        const AT_ONCE: usize = 10;
        if self.state.pool.len() == self.taken.len() {
            return;
        }
        let taken = &self.taken;
        let mut others: Vec<u32> = self.state.pool.iter().copied().filter(|task| !taken.contains(task)).collect();
        rng.shuffle(&mut others);
        self.taken.extend(others.into_iter().take(AT_ONCE));
    }

    /// What the search follows: the cost of the tours, and a price for what is left out that may be below its penalty.
    fn walk_cost(&self, price: f64) -> f64 {
        let penalty = |&task: &u32| self.state.instance.tasks[task as usize].penalty.min(price);
        self.ways() + self.state.pool.iter().map(penalty).sum::<f64>()
    }

    fn ways(&self) -> f64 {
        self.state.tours.iter().map(|tour| tour.cost).sum()
    }

    /// What the way of a task costs in the mean.
    fn mean_way(&self) -> f64 {
        let ways: f64 = self.state.tours.iter().flat_map(|tour| &tour.halts).map(|halt| halt.cost).sum();
        let tasks = (self.state.instance.tasks.len() - self.state.pool.len()).max(1);
        ways / tasks as f64
    }
}

/// By how much a step may be worse at a temperature.
fn allowance(temperature: f64, rng: &mut fastrand::Rng) -> f64 {
    -temperature * rng.f64().max(f64::MIN_POSITIVE).ln()
}

/// The temperature falls exponentially with the used share of the budget, from where there is time to cool down.
struct Heat {
    began: f64,
    steps: u32,
    tasks: f64,
}

impl Heat {
    fn new(began: f64, tasks: usize) -> Self {
        Self { began, steps: 0, tasks: tasks.max(1) as f64 }
    }

    fn at(&mut self, progress: f64) -> f64 {
        self.steps += 1;
        let share = (progress - self.began) / (1.0 - self.began).max(f64::MIN_POSITIVE);
        if self.steps <= FIRST_STEPS || share <= 0.0 {
            return COLD;
        }
        let steps_a_task = f64::from(self.steps) / share / self.tasks;
        let hot = (HOT * steps_a_task / STEPS_A_TASK).clamp(COLD, HOT);
        hot * (COLD / hot).powf(share)
    }
}
