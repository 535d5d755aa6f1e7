//! The solver: a start, fewer couriers if that is asked for, then the large-neighbourhood search.

mod anneal;
mod insertion;
mod instance;
mod recreate;
mod ruin;
mod start;
mod state;
mod tour;
mod wheel;

use crate::budget::{Budget, Meter};
use crate::error::RoutingError;
use crate::matrix::Matrix;
use crate::model::{Plan, Problem, Route};
use crate::report::{self, Reason, Solution, Stats, Unassigned};
use crate::validate;
use anneal::{Found, Search};
use instance::Instance;
use recreate::Recreator;
use state::State;

/// How to search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    pub seed: u64,
    /// Spend up to half of the budget on doing with fewer couriers, whatever that does to the other costs.
    pub fewest_couriers: bool,
}

/// Plans from nothing.
pub fn solve<M: Matrix>(problem: &Problem<M>, options: &Options, budget: Budget<'_>) -> Result<Solution, RoutingError> {
    improve(problem, &Plan::default(), options, budget)
}

/// Repairs a running plan and improves it. Jobs that the plan holds stay where they are unless that breaks a hard rule
/// or a better place is found, so the answer is never worse than the plan; what is on board stays with its courier.
pub fn improve<M: Matrix>(
    problem: &Problem<M>,
    running: &Plan,
    options: &Options,
    budget: Budget<'_>,
) -> Result<Solution, RoutingError> {
    let mut meter = Meter::new(budget);
    let instance = Instance::new(problem)?;
    validate::plan(problem, running)?;
    let mut rng = fastrand::Rng::with_seed(options.seed);
    let mut recreator = Recreator::new(&instance);
    let mut state = State::new(&instance);
    start::adopt(&mut state, running);
    start::construct(&mut state, &mut recreator, &mut meter);
    let mut best = state.snapshot();
    let mut found = Found { steps: meter.steps(), progress: meter.progress() };
    let mut search = Search::new(&mut state, &mut recreator);
    if options.fewest_couriers {
        shrink(&mut search, &mut rng, &mut meter);
        search.state.most_used = search.state.used();
        best = search.state.snapshot();
        found = Found { steps: meter.steps(), progress: meter.progress() };
    }
    found = search.run(&mut best, &mut rng, &mut meter).unwrap_or(found);
    state.restore(&best);
    let stats = Stats { iterations: meter.steps(), best_iteration: found.steps, best_progress: found.progress };
    let unassigned = reasons(&state, &mut recreator);
    Ok(report::solution(problem, plan(&state), unassigned, stats))
}

/// The share of the budget that an attempt at one courier less may take, and all of them together.
const ATTEMPT: f64 = 0.25;
const ATTEMPTS: f64 = 0.5;

fn shrink(search: &mut Search<'_, '_>, rng: &mut fastrand::Rng, meter: &mut Meter<'_>) {
    let mut until = ATTEMPT;
    while meter.progress() < until && search.state.used() > 1 {
        if !search.drop_a_tour(rng, meter, until) {
            return;
        }
        until = (meter.progress() + ATTEMPT).min(ATTEMPTS);
    }
}

fn plan(state: &State<'_>) -> Plan {
    let busy = state.tours.iter().filter(|tour| !tour.is_empty());
    let routes = busy.map(|tour| Route {
        courier: tour.vehicle as usize,
        visits: tour.nodes().filter_map(|node| state.instance.visit(node)).collect(),
    });
    Plan { routes: routes.collect() }
}

fn reasons(state: &State<'_>, recreator: &mut Recreator) -> Vec<Unassigned> {
    let idle = State::new(state.instance);
    let mut left: Vec<usize> = state.pool.iter().map(|&task| task as usize).collect();
    left.sort_unstable();
    left.into_iter()
        .map(|job| {
            let able = (0..state.tours.len()).any(|vehicle| state.instance.may(job, vehicle));
            let reason = if !able {
                Reason::NobodyMay
            } else if !start::alone(&idle, recreator, job) {
                Reason::OutOfReach
            } else {
                Reason::NotWorthIt
            };
            Unassigned { job, reason }
        })
        .collect()
}
