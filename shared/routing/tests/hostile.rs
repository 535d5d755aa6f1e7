//! Nothing that comes in makes the solver panic: it is refused with an error that names it, or planned.

mod common;

use common::town;
use proptest::prelude::*;
use sipstr_routing::{
    Budget, Courier, End, Haversine, Job, Matrix, Options, Origin, Plan, Problem, Route, RoutingError, Skills,
    SpeedProfile, Stop, Visit, Window, check, improve, lilim, solve,
};

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => any::<f64>(),
        6 => -1e3..1e3_f64,
        1 => prop::sample::select(vec![
            0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 1e11, 1e12, 1e300,
        ]),
    ]
}

fn any_window() -> impl Strategy<Value = Window> {
    prop_oneof![
        1 => (any_number(), any_number(), any_number(), any_number())
            .prop_map(|(open, due, close, late_price)| Window { open, due, close, late_price }),
        4 => (-1e3..1e3_f64, 0.0..1e6_f64).prop_map(|(open, length)| Window::hard(open, open + length)),
    ]
}

fn any_index() -> impl Strategy<Value = usize> {
    prop_oneof![12 => 0_usize..3, 1 => any::<usize>()]
}

fn any_stop() -> impl Strategy<Value = Stop> {
    (any_index(), any_window(), prop_oneof![4 => 0.0..60.0_f64, 1 => any_number()])
        .prop_map(|(place, window, service)| Stop { place, window, service })
}

fn any_courier() -> impl Strategy<Value = Courier> {
    let end = prop_oneof![Just(End::Open), any_index().prop_map(End::At)];
    let fixed = prop_oneof![4 => 0.0..60.0_f64, 1 => any_number()];
    (any_index(), end, any_window(), any::<u32>(), any::<u64>(), fixed).prop_map(
        |(start, end, shift, capacity, skills, fixed_cost)| {
            let skills = Skills(skills);
            Courier { start, end, shift, capacity, skills, fixed_cost }
        },
    )
}

fn any_job() -> impl Strategy<Value = Job> {
    let origin = prop_oneof![any_stop().prop_map(Origin::Pickup), any_index().prop_map(Origin::OnBoard)];
    let demand = prop_oneof![3 => 0_u32..4, 1 => any::<u32>()];
    let penalty = prop_oneof![4 => 0.0..1e6_f64, 1 => any_number()];
    (origin, any_stop(), demand, prop::option::weighted(0.1, any_index()), penalty).prop_map(
        |(origin, delivery, demand, only, penalty)| {
            let skills = Skills::NONE;
            Job { origin, delivery, demand, skills, only, penalty }
        },
    )
}

/// Says what it was given, however absurd.
#[derive(Debug, Clone)]
struct Liar {
    distances: Vec<f64>,
    durations: Vec<f64>,
}

impl Matrix for Liar {
    fn places(&self) -> usize {
        3
    }

    fn distance(&self, from: usize, to: usize) -> f64 {
        self.distances[3 * from + to]
    }

    fn duration(&self, from: usize, to: usize, _depart: f64) -> f64 {
        self.durations[3 * from + to]
    }
}

fn any_matrix() -> impl Strategy<Value = Liar> {
    let mostly = prop_oneof![60 => 0.0..1e3_f64, 1 => any_number()];
    let nine = prop::collection::vec(mostly, 9);
    (nine.clone(), nine).prop_map(|(distances, durations)| Liar { distances, durations })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let visit = (any_index(), any::<bool>())
        .prop_map(|(job, first)| if first { Visit::Pickup(job) } else { Visit::Delivery(job) });
    let route =
        (any_index(), prop::collection::vec(visit, 0..6)).prop_map(|(courier, visits)| Route { courier, visits });
    prop::collection::vec(route, 0..4).prop_map(|routes| Plan { routes })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn hostile_problems_are_refused_or_planned(
        couriers in prop::collection::vec(any_courier(), 0..4),
        jobs in prop::collection::vec(any_job(), 0..5),
        matrix in any_matrix(),
        running in any_plan(),
        now in prop_oneof![3 => Just(0.0), 1 => any_number()],
        fewest_couriers: bool,
    ) {
        let mut problem = Problem::new(couriers, jobs, matrix);
        problem.now = now;
        let options = Options { seed: 7, fewest_couriers };
        let _ = check(&problem, &running);
        if let Ok(solution) = improve(&problem, &running, &options, Budget::Iterations(20)) {
            let told = check(&problem, &solution.plan);
            prop_assert!(told.is_ok(), "{:?}", told);
        }
    }

    #[test]
    fn one_bad_number_in_a_sound_problem_is_refused(problem in town(), at in 0_usize..8, number in any_number()) {
        let mut problem = problem;
        match at {
            0 => problem.couriers[0].shift.open = number,
            1 => problem.couriers[0].fixed_cost = number,
            2 => problem.prices.per_metre = number,
            3 => problem.now = number,
            4 => problem.matrix.points[0].0 = number,
            _ => {
                let Some(job) = problem.jobs.first_mut() else { return Ok(()) };
                match at {
                    5 => job.delivery.window.close = number,
                    6 => job.delivery.service = number,
                    _ => job.penalty = number,
                }
            }
        }
        if let Ok(solution) = solve(&problem, &Options::default(), Budget::Iterations(5)) {
            prop_assert!(check(&problem, &solution.plan).is_ok());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "([-0-9.eNaif ]{0,12}[ \t\n]){0,40}") {
        if let Ok(problem) = lilim::parse(&text) {
            let _ = solve(&problem, &Options::default(), Budget::Iterations(1));
        }
    }
}

fn rider() -> Courier {
    let shift = Window::hard(0.0, 3_600.0);
    Courier { start: 0, end: End::Open, shift, capacity: 4, skills: Skills::NONE, fixed_cost: 0.0 }
}

fn city(points: Vec<(f64, f64)>) -> Haversine {
    Haversine { points, detour: 1.3, speed: SpeedProfile::constant(5.0) }
}

fn refused<M: Matrix>(problem: &Problem<M>) -> RoutingError {
    solve(problem, &Options::default(), Budget::Iterations(1)).unwrap_err()
}

#[test]
fn an_empty_fleet_is_refused() {
    assert_eq!(refused(&Problem::new(vec![], vec![], city(vec![]))), RoutingError::NoCouriers);
}

#[test]
fn a_place_that_is_no_number_is_refused() {
    let problem = Problem::new(vec![rider()], vec![], city(vec![(f64::NAN, 0.0)]));
    assert_eq!(refused(&problem), RoutingError::BadMatrix { from: 0, to: 0 });
}

#[test]
fn a_profile_that_stands_still_is_refused() {
    let mut matrix = city(vec![(37.0, -122.0)]);
    matrix.speed = SpeedProfile::daily(vec![]);
    assert_eq!(refused(&Problem::new(vec![rider()], vec![], matrix)), RoutingError::BadMatrix { from: 0, to: 0 });
}

#[test]
fn a_courier_with_nothing_to_do_stays_where_he_is() {
    let problem = Problem::new(vec![rider()], vec![], city(vec![(37.0, -122.0)]));
    let solution = solve(&problem, &Options::default(), Budget::Iterations(10)).unwrap();
    assert!(solution.plan.routes.is_empty());
    assert_eq!(solution.cost.total(), 0.0);
}

#[test]
fn more_on_board_than_fits_is_refused() {
    let stop = Stop { place: 0, window: Window::from(0.0), service: 0.0 };
    let job =
        Job { origin: Origin::OnBoard(0), delivery: stop, demand: 5, skills: Skills::NONE, only: None, penalty: 1.0 };
    let problem = Problem::new(vec![rider()], vec![job], city(vec![(37.0, -122.0)]));
    assert_eq!(refused(&problem), RoutingError::Overloaded { courier: 0, load: 5, capacity: 4 });
}

#[test]
fn more_places_than_fit_into_memory_are_refused() {
    let stop = Stop { place: 0, window: Window::from(0.0), service: 0.0 };
    let origin = Origin::Pickup(stop.clone());
    let job = Job { origin, delivery: stop, demand: 1, skills: Skills::NONE, only: None, penalty: 1.0 };
    let problem = Problem::new(vec![rider(); 2_100], vec![job; 2_100], city(vec![(37.0, -122.0)]));
    assert!(matches!(refused(&problem), RoutingError::TooLarge { .. }));
}
