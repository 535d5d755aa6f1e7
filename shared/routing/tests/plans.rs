//! What every plan keeps, whatever the problem.

mod common;

use std::collections::HashSet;
use std::time::Duration;

use common::town;
use proptest::prelude::*;
use sipstr_routing::{
    Budget, Courier, End, Exact, Job, Matrix, Options, Origin, Plan, Problem, Reason, Route, Skills, Solution, Stop,
    Violation, Visit, Window, check, improve, solve,
};

const STEPS: u64 = 60;

fn options(seed: u64) -> Options {
    Options { seed, fewest_couriers: false }
}

fn planned<M: Matrix>(problem: &Problem<M>, seed: u64) -> Solution {
    solve(problem, &options(seed), Budget::Iterations(STEPS)).expect("the problem is sound")
}

/// What is on board is delivered whatever that costs, if it can be: of two plans the one that leaves less of it out is better, and
/// only between equals does the cost count.
fn is_no_worse<M: Matrix>(problem: &Problem<M>, after: &Solution, before: &Solution) -> bool {
    let held = |solution: &Solution| {
        let left = solution.unassigned.iter();
        left.filter(|left| matches!(problem.jobs[left.job].origin, Origin::OnBoard(_))).count()
    };
    let (after_cost, before_cost) = (after.cost.total(), before.cost.total());
    let cheaper = after_cost <= before_cost * (1.0 + 1e-9) + 1e-6;
    held(after) < held(before) || held(after) == held(before) && cheaper
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_plan_passes_the_referee(problem in town(), seed: u64, fewest_couriers: bool) {
        let options = Options { seed, fewest_couriers };
        let solution = solve(&problem, &options, Budget::Iterations(STEPS)).unwrap();
        let cost = check(&problem, &solution.plan).map_err(|wrong| TestCaseError::fail(format!("{wrong:?}")))?;
        prop_assert!((cost.total() - solution.cost.total()).abs() < 1e-6 * (1.0 + cost.total()));
        prop_assert!((cost.lateness - solution.cost.lateness).abs() < 1e-6 * (1.0 + cost.lateness));
        let driven: HashSet<usize> = solution.plan.routes.iter().flat_map(|route| &route.visits).map(|v| v.job()).collect();
        let left: HashSet<usize> = solution.unassigned.iter().map(|left| left.job).collect();
        prop_assert!(driven.is_disjoint(&left));
        prop_assert_eq!(driven.len() + left.len(), problem.jobs.len());
    }

    #[test]
    fn a_running_plan_only_gets_better(problem in town(), seed: u64) {
        let running = solve(&problem, &options(seed), Budget::Iterations(0)).unwrap();
        let warm = improve(&problem, &running.plan, &options(!seed), Budget::Iterations(STEPS)).unwrap();
        prop_assert!(is_no_worse(&problem, &warm, &running), "{} after {}", warm.cost.total(), running.cost.total());
    }

    #[test]
    fn the_same_seed_gives_the_same_plan(problem in town(), seed: u64) {
        prop_assert_eq!(planned(&problem, seed), planned(&problem, seed));
    }

    #[test]
    fn a_broken_plan_is_repaired(problem in town(), seed: u64, cut in 0_usize..6, shuffled: u64) {
        let mut plan = planned(&problem, seed).plan;
        let mut rng = fastrand::Rng::with_seed(shuffled);
        for route in &mut plan.routes {
            rng.shuffle(&mut route.visits);
            route.visits.truncate(route.visits.len().saturating_sub(cut % 3));
            route.courier = rng.usize(..problem.couriers.len());
        }
        let solution = improve(&problem, &plan, &options(seed), Budget::Iterations(5)).unwrap();
        prop_assert!(check(&problem, &solution.plan).is_ok());
    }

    #[test]
    fn one_way_streets_and_shortcuts_are_planned_too(problem in crooked(), seed: u64, fewest_couriers: bool) {
        let options = Options { seed, fewest_couriers };
        let running = solve(&problem, &options, Budget::Iterations(0)).unwrap();
        let solution = improve(&problem, &running.plan, &options, Budget::Iterations(STEPS)).unwrap();
        let told = check(&problem, &solution.plan);
        prop_assert!(told.is_ok(), "{:?}", told);
        prop_assert!(fewest_couriers || is_no_worse(&problem, &solution, &running));
    }

    #[test]
    fn a_tour_tells_its_times_and_loads(problem in town(), seed: u64) {
        let solution = planned(&problem, seed);
        for (tour, route) in solution.tours.iter().zip(&solution.plan.routes) {
            prop_assert_eq!(tour.courier, route.courier);
            prop_assert_eq!(tour.visits.len(), route.visits.len());
            let mut before = problem.couriers[tour.courier].shift.open;
            for visit in &tour.visits {
                prop_assert!(before <= visit.arrival && visit.arrival <= visit.start && visit.start <= visit.departure);
                prop_assert!(visit.load <= u64::from(problem.couriers[tour.courier].capacity));
                before = visit.departure;
            }
            prop_assert!(before <= tour.ends);
        }
    }
}

/// Ways as a table, where the way round may be shorter than the way straight on.
#[derive(Debug, Clone)]
struct Table {
    places: usize,
    ways: Vec<(f64, f64)>,
}

impl Matrix for Table {
    fn places(&self) -> usize {
        self.places
    }

    fn distance(&self, from: usize, to: usize) -> f64 {
        self.ways[from * self.places + to].0
    }

    fn duration(&self, from: usize, to: usize, _depart: f64) -> f64 {
        self.ways[from * self.places + to].1
    }
}

fn crooked() -> impl Strategy<Value = Problem<Table>> {
    (town(), any::<u64>()).prop_map(|(town, seed)| {
        let mut rng = fastrand::Rng::with_seed(seed);
        let places = town.matrix.places();
        let ways = (0..places * places).map(|_| (1_000.0 * rng.f64(), 600.0 * rng.f64())).collect();
        let Problem { couriers, jobs, now, prices, .. } = town;
        Problem { couriers, jobs, matrix: Table { places, ways }, now, prices }
    })
}

/// Places on a line, a hundred metres apart.
fn street(places: usize) -> Exact {
    Exact { points: (0..places).map(|place| (100.0 * place as f64, 0.0)).collect() }
}

fn rider(start: usize) -> Courier {
    let shift = Window::hard(0.0, 10_000.0);
    Courier { start, end: End::Open, shift, capacity: 10, skills: Skills::NONE, fixed_cost: 0.0 }
}

fn at(place: usize) -> Stop {
    Stop { place, window: Window::from(0.0), service: 0.0 }
}

fn order(from: usize, to: usize) -> Job {
    let (origin, delivery) = (Origin::Pickup(at(from)), at(to));
    Job { origin, delivery, demand: 1, skills: Skills::NONE, only: None, penalty: 1e6 }
}

#[test]
fn neighbours_share_a_courier() {
    let problem = Problem::new(vec![rider(0), rider(0)], vec![order(1, 4), order(1, 5)], street(6));
    let solution = planned(&problem, 1);
    assert_eq!(solution.plan.routes.len(), 1);
    assert_eq!(solution.cost.distance, 500.0);
}

#[test]
fn a_closed_tour_pays_for_the_way_home() {
    let mut courier = rider(0);
    courier.end = End::At(0);
    let problem = Problem::new(vec![courier], vec![order(1, 4)], street(6));
    assert_eq!(planned(&problem, 1).cost.distance, 800.0);
}

#[test]
fn what_is_on_board_stays_with_its_courier() {
    let mut loaded = order(1, 5);
    loaded.origin = Origin::OnBoard(0);
    let problem = Problem::new(vec![rider(0), rider(5)], vec![loaded], street(6));
    let solution = planned(&problem, 1);
    assert_eq!(solution.plan.routes, vec![Route { courier: 0, visits: vec![Visit::Delivery(0)] }]);
    assert_eq!(solution.tours[0].visits[0].load, 0);
}

#[test]
fn what_is_on_board_is_delivered_whatever_it_costs() {
    let mut loaded = order(1, 5);
    loaded.origin = Origin::OnBoard(0);
    loaded.penalty = 0.0;
    let problem = Problem::new(vec![rider(0)], vec![loaded], street(6));
    assert_eq!(planned(&problem, 1).cost.distance, 500.0);
}

#[test]
fn a_pickup_that_was_made_since_is_dropped_from_the_running_plan() {
    let running = Plan { routes: vec![Route { courier: 0, visits: vec![Visit::Pickup(0), Visit::Delivery(0)] }] };
    let mut loaded = order(1, 5);
    loaded.origin = Origin::OnBoard(0);
    let problem = Problem::new(vec![rider(1)], vec![loaded], street(6));
    let solution = improve(&problem, &running, &options(1), Budget::Iterations(0)).unwrap();
    assert_eq!(solution.plan.routes[0].visits, vec![Visit::Delivery(0)]);
}

#[test]
fn lateness_has_its_price() {
    let mut late = order(1, 5);
    late.delivery.window = Window::soft(0.0, 450.0, 2.0);
    let problem = Problem::new(vec![rider(0)], vec![late], street(6));
    let cost = planned(&problem, 1).cost;
    assert_eq!((cost.lateness, cost.late), (50.0, 100.0));
}

#[test]
fn a_dear_delay_is_avoided_by_a_longer_way() {
    // Bringing the urgent one first means riding back for the other.
    let mut urgent = order(0, 4);
    urgent.delivery.window = Window::soft(0.0, 400.0, 100.0);
    let problem = Problem::new(vec![rider(0)], vec![urgent, order(4, 0)], street(6));
    let cost = planned(&problem, 1).cost;
    assert_eq!((cost.distance, cost.late), (800.0, 0.0));
}

#[test]
fn wine_goes_with_who_may_carry_it() {
    let mut wine = order(1, 2);
    wine.skills = Skills::bit(3);
    let mut licensed = rider(5);
    licensed.skills = Skills::bit(3) | Skills::bit(0);
    let problem = Problem::new(vec![rider(0), licensed], vec![wine], street(6));
    assert_eq!(planned(&problem, 1).plan.routes[0].courier, 1);
}

#[test]
fn a_job_that_is_left_out_says_why() {
    let mut licensed = order(1, 2);
    licensed.skills = Skills::bit(1);
    let mut early = order(1, 5);
    early.delivery.window = Window::hard(0.0, 100.0);
    let mut cheap = order(1, 5);
    cheap.penalty = 10.0;
    let problem = Problem::new(vec![rider(0)], vec![licensed, early, cheap], street(6));
    let reasons: Vec<Reason> = planned(&problem, 1).unassigned.iter().map(|left| left.reason).collect();
    assert_eq!(reasons, [Reason::NobodyMay, Reason::OutOfReach, Reason::NotWorthIt]);
}

#[test]
fn a_deadline_that_has_passed_still_gives_a_plan() {
    let running = Plan { routes: vec![Route { courier: 0, visits: vec![Visit::Pickup(0), Visit::Delivery(0)] }] };
    let problem = Problem::new(vec![rider(0)], vec![order(1, 4), order(2, 3)], street(6));
    let mut clock = || Duration::from_secs(2);
    let budget = Budget::Deadline { limit: Duration::from_secs(1), clock: &mut clock };
    let solution = improve(&problem, &running, &options(1), budget).unwrap();
    assert!(solution.plan.routes[0].visits.contains(&Visit::Delivery(0)));
}

#[test]
fn the_referee_sees_what_is_wrong() {
    let problem = Problem::new(vec![rider(0)], vec![order(1, 4), order(2, 3)], street(6));
    let drive = |visits: Vec<Visit>| Plan { routes: vec![Route { courier: 0, visits }] };
    let told = |plan: &Plan| check(&problem, plan).unwrap_err();
    assert_eq!(told(&drive(vec![Visit::Delivery(0), Visit::Pickup(0)])), vec![Violation::Torn(0)]);
    assert_eq!(told(&drive(vec![Visit::Pickup(1)])), vec![Violation::Torn(1)]);
    assert_eq!(told(&drive(vec![Visit::Pickup(7), Visit::Delivery(7)])).len(), 2);
    let mut full = problem.clone();
    full.couriers[0].capacity = 1;
    let both = drive(vec![Visit::Pickup(0), Visit::Pickup(1), Visit::Delivery(1), Visit::Delivery(0)]);
    assert!(matches!(check(&full, &both).unwrap_err()[..], [Violation::TooFull { load: 2, .. }]));
    full.couriers[0].shift = Window::hard(0.0, 100.0);
    assert!(check(&full, &both).unwrap_err().iter().any(|wrong| matches!(wrong, Violation::ShiftOver { .. })));
}
