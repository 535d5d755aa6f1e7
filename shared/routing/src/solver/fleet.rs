//! Fewer couriers: guided ejection search (Nagata & Bräysy 2009; Nagata & Kobayashi 2010 for pickup and delivery).
//!
//! A tour is dissolved and its tasks are put on a stack. A task that fits nowhere throws out those tasks whose counters sum to
//! the least, where a counter tells how often its task was in the way before; then the tours are shaken by feasible random
//! moves. The search ends with an empty stack, or goes back to where it began.

use super::insertion::Inserter;
use super::state::State;
use super::tour::Tour;
use crate::budget::Meter;

/// Random moves after each ejection.
const SHAKES: usize = 40;

pub(crate) struct FleetSearch {
    inserter: Inserter,
    /// How often a task was thrown out, or wanted in, to no avail.
    counters: Vec<u32>,
    trial: Option<Tour>,
}

impl FleetSearch {
    pub fn new(tasks: usize) -> Self {
        Self { inserter: Inserter::new(), counters: vec![1; tasks], trial: None }
    }

    /// Tries to do with one tour less until `until` of the budget is used; the state is as before when it fails.
    pub fn drop_a_tour(&mut self, state: &mut State<'_>, rng: &mut fastrand::Rng, meter: &mut Meter<'_>, until: f64) -> bool {
        let before = state.snapshot();
        let Some(victim) = some_tour(state, rng) else { return false };
        let left_out = state.pool.len();
        let mut stack: Vec<u32> = state.tours[victim].tasks(state.instance).map(|task| task as u32).collect();
        self.counters.fill(1);
        if !state.remove(&stack) {
            state.restore(&before);
            return false;
        }
        while let Some(task) = stack.pop() {
            if !meter.tick() || meter.progress() >= until {
                break;
            }
            if self.put_anywhere(state, task as usize, rng) {
                continue;
            }
            self.counters[task as usize] += 1;
            stack.insert(0, task);
            if let Some((vehicle, out)) = self.ejection(state, task as usize, rng) {
                stack.remove(0);
                if !self.eject(state, task as usize, vehicle, &out, rng) {
                    break;
                }
                stack.extend(out);
            }
            self.shake(state, rng);
        }
        if state.pool.len() == left_out {
            return true;
        }
        state.restore(&before);
        false
    }

    fn put_anywhere(&mut self, state: &mut State<'_>, task: usize, rng: &mut fastrand::Rng) -> bool {
        let mut vehicles = used(state);
        rng.shuffle(&mut vehicles);
        for vehicle in vehicles {
            if !state.instance.may(task, vehicle) {
                continue;
            }
            if let Some(spot) = self.inserter.any(state.instance, &state.tours[vehicle], task, rng) {
                state.insert(task, vehicle, spot);
                return true;
            }
        }
        false
    }

    /// The tour that takes the task when at most two others leave it, those with the smallest sum of counters.
    fn ejection(&mut self, state: &State<'_>, task: usize, rng: &mut fastrand::Rng) -> Option<(usize, Vec<u32>)> {
        let mut best: Option<(usize, Vec<u32>)> = None;
        let mut lowest = u32::MAX;
        let mut vehicles = used(state);
        rng.shuffle(&mut vehicles);
        for deep in [false, true] {
            for &vehicle in vehicles.iter().filter(|&&vehicle| state.instance.may(task, vehicle)) {
                // What is on board can go nowhere else.
                let movable = |&other: &usize| state.instance.tasks[other].has_pickup;
                let mut others: Vec<usize> = state.tours[vehicle].tasks(state.instance).filter(movable).collect();
                rng.shuffle(&mut others);
                for (index, &one) in others.iter().enumerate() {
                    let partners = if deep { &others[index + 1..] } else { &others[index..=index] };
                    for &other in partners {
                        let sum = self.counters[one] + if deep { self.counters[other] } else { 0 };
                        if sum < lowest && self.fits_without(state, task, vehicle, [one, other]) {
                            lowest = sum;
                            best = Some((vehicle, if deep { vec![one as u32, other as u32] } else { vec![one as u32] }));
                        }
                    }
                }
            }
        }
        best
    }

    fn fits_without(&mut self, state: &State<'_>, task: usize, vehicle: usize, out: [usize; 2]) -> bool {
        let tour = &state.tours[vehicle];
        let trial = self.trial.get_or_insert_with(|| tour.clone());
        trial.vehicle = tour.vehicle;
        trial.halts.clone_from(&tour.halts);
        trial.remove(state.instance, |other| out.contains(&other));
        trial.refresh(state.instance) && self.inserter.best(state.instance, trial, task, f64::INFINITY, None).is_some()
    }

    fn eject(&mut self, state: &mut State<'_>, task: usize, vehicle: usize, out: &[u32], rng: &mut fastrand::Rng) -> bool {
        if !state.remove(out) {
            return false;
        }
        let Some(spot) = self.inserter.any(state.instance, &state.tours[vehicle], task, rng) else { return false };
        state.insert(task, vehicle, spot);
        true
    }

    /// Random feasible moves of one task, or exchanges of two.
    fn shake(&mut self, state: &mut State<'_>, rng: &mut fastrand::Rng) {
        let vehicles = used(state);
        for _ in 0..SHAKES {
            let task = rng.usize(..state.instance.tasks.len());
            let Some(from) = state.home(task) else { continue };
            let to = vehicles[rng.usize(..vehicles.len())];
            if to == from || rng.bool() {
                self.move_one(state, task, from, to, rng);
            } else {
                self.exchange(state, task, from, to, rng);
            }
        }
    }

    fn move_one(&mut self, state: &mut State<'_>, task: usize, from: usize, to: usize, rng: &mut fastrand::Rng) {
        if !state.instance.may(task, to) {
            return;
        }
        state.open_journal();
        let gone = state.remove(&[task as u32]);
        let spot = self.inserter.any(state.instance, &state.tours[to], task, rng);
        match spot {
            // A tour that is left empty would be one less, but a courier's last task is found by dissolving the tour.
            Some(spot) if gone && (!state.tours[from].is_empty() || to == from) => {
                state.insert(task, to, spot);
                state.close_journal();
            }
            _ => state.step_back(),
        }
    }

    fn exchange(&mut self, state: &mut State<'_>, task: usize, from: usize, to: usize, rng: &mut fastrand::Rng) {
        let others: Vec<usize> = state.tours[to].tasks(state.instance).collect();
        if others.is_empty() {
            return;
        }
        let other = others[rng.usize(..others.len())];
        if !state.instance.may(task, to) || !state.instance.may(other, from) {
            return;
        }
        state.open_journal();
        if state.remove(&[task as u32, other as u32])
            && let Some(here) = self.inserter.any(state.instance, &state.tours[to], task, rng)
            && let Some(there) = self.inserter.any(state.instance, &state.tours[from], other, rng)
        {
            state.insert(task, to, here);
            state.insert(other, from, there);
            state.close_journal();
        } else {
            state.step_back();
        }
    }
}

fn used(state: &State<'_>) -> Vec<usize> {
    (0..state.tours.len()).filter(|&vehicle| !state.tours[vehicle].is_empty()).collect()
}

/// A tour that may be dissolved: nothing is on board.
fn some_tour(state: &State<'_>, rng: &mut fastrand::Rng) -> Option<usize> {
    let free = |&vehicle: &usize| state.tours[vehicle].tasks(state.instance).all(|task| state.instance.tasks[task].has_pickup);
    let candidates: Vec<usize> = used(state).into_iter().filter(free).collect();
    if candidates.len() < 2 {
        return None;
    }
    Some(candidates[rng.usize(..candidates.len())])
}
