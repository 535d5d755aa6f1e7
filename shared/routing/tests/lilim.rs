//! The benchmark's files are read, and its plans are as good as they are known to be.

use sipstr_routing::{Budget, FormatError, Options, check, lilim, solve};

fn file(name: &str) -> String {
    let path = format!("{}/../../data/pdptw/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the instance is there")
}

/// Vehicles and distance after so many steps.
fn planned(name: &str, steps: u64) -> (usize, f64) {
    let problem = lilim::parse(&file(name)).expect("the instance is sound");
    let options = Options { seed: 1, fewest_couriers: true };
    let solution = solve(&problem, &options, Budget::Iterations(steps)).expect("the problem is sound");
    let cost = check(&problem, &solution.plan).expect("the plan passes the referee");
    assert_eq!(solution.unassigned, []);
    (solution.plan.routes.len(), cost.distance)
}

#[test]
fn a_file_has_vehicles_a_depot_and_pairs() {
    let problem = lilim::parse(&file("lc101")).unwrap();
    assert_eq!((problem.couriers.len(), problem.jobs.len()), (25, 53));
    assert_eq!(problem.couriers[0].capacity, 200);
    assert_eq!(problem.matrix.points[0], (40.0, 50.0));
}

#[test]
fn clusters_are_found() {
    let (vehicles, distance) = planned("lc101", 3_000);
    assert_eq!(vehicles, 10);
    assert!((distance - 828.9369).abs() < 1e-3, "{distance}");
}

#[test]
fn the_fourteenth_courier_is_the_last() {
    let (vehicles, distance) = planned("lrc101", 6_000);
    assert_eq!(vehicles, 14);
    assert!(distance < 1.01 * 1708.8013, "{distance}");
}

#[test]
fn what_is_no_file_of_the_family_is_refused() {
    assert_eq!(lilim::parse("").unwrap_err(), FormatError::Empty);
    assert_eq!(lilim::parse("25 200 1").unwrap_err(), FormatError::Empty);
    assert_eq!(lilim::parse("25 200 one\n").unwrap_err(), FormatError::Line { line: 1, expected: 3 });
    assert_eq!(
        lilim::parse("1 9 1\n0 0 0 0 0 9 0 0 0\n1 0 0 1 0 9 0 0 2\n2 0 0 -1 0 9 0 0 0\n").unwrap_err(),
        FormatError::Unpaired { task: 1 }
    );
}
