//! How good the plans are after a second of one core: Li & Lim's instances beside other solvers' figures, and the
//! re-planning of a busy city beside plain insertion. Read the README for the settings.

// A benchmark's table is its output.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use sipstr_routing::{
    Budget, Cost, Courier, End, Exact, Haversine, Job, Matrix, Options, Origin, Plan, Problem, Route, Skills, Solution,
    SpeedProfile, Stop, Visit, Window, check, improve, lilim, solve,
};

/// Measured on a machine of this kind: VROOM in at most 1 s, vrp-cli 1.25 and OR-Tools 9.15 in 10 s.
const ANCHORS: [(&str, [&str; 3]); 5] = [
    ("lc101", ["10/828.94", "10/828.94", "10/828.94"]),
    ("lr101", ["19/1650.80", "19/1650.80", "20/1662.09"]),
    ("lr211", ["3/919.09", "3/916.09", "3/1086.64"]),
    ("lrc101", ["15/1711.74", "14/1708.80", "16/1749.03"]),
    ("lc1_2_1", ["20/2704.57", "20/2704.57", "20/2704.57"]),
];

fn main() {
    let seconds: f64 = setting("ROUTING_SECONDS", 1.0);
    let limit = Duration::from_secs_f64(seconds);
    let seeds: u64 = setting("ROUTING_SEEDS", 5);
    println!("Li & Lim, {seconds} s of processor time on one core, {seeds} seeds; vehicles/distance\n");
    family(limit, seeds);
    println!("\nA city re-planned: 200 couriers, 500 open orders of which 60 are new, {seconds} s of processor time\n");
    city(limit);
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn data() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/pdptw"))
}

struct Run {
    vehicles: usize,
    distance: f64,
    best_at: f64,
}

fn family(limit: Duration, seeds: u64) {
    let folder = std::env::var_os("ROUTING_INSTANCES").map_or_else(data, PathBuf::from);
    let only: String = setting("ROUTING_ONLY", String::new());
    let known = std::fs::read_to_string(data().join("best_known.csv")).expect("data/pdptw/best_known.csv is there");
    println!(
        "{:10} {:>12} {:>12} {:>12} {:>8} {:>6} {:>8}   {:>12} {:>12} {:>12}",
        "instance",
        "best known",
        "median",
        "worst",
        "gap",
        "hits",
        "found at",
        "VROOM 1 s",
        "vrp-cli 10 s",
        "OR-Tools 10s"
    );
    let (mut hits, mut runs) = (0, 0);
    for row in known.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let (name, vehicles, distance) = (fields[2], fields[4], fields[5]);
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{name}.txt"))) else { continue };
        if !only.is_empty() && !only.split('|').any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let problem = lilim::parse(&text).expect("an instance of the family");
        let best = (vehicles.parse::<usize>().expect("a number"), distance.parse::<f64>().expect("a number"));
        let (hit, all) = instance(name, &problem, best, limit, seeds);
        hits += hit;
        runs += all;
    }
    println!("\nbar (best-known vehicles, distance within 1 %): reached in {hits} of {runs} runs");
}

fn instance(name: &str, problem: &Problem<Exact>, best: (usize, f64), limit: Duration, seeds: u64) -> (usize, usize) {
    let mut all: Vec<Run> = (1..=seeds).map(|seed| run(problem, seed, limit)).collect();
    all.sort_by(|a, b| a.vehicles.cmp(&b.vehicles).then(a.distance.total_cmp(&b.distance)));
    let hit = all.iter().filter(|run| run.vehicles <= best.0 && run.distance <= 1.01 * best.1).count();
    let (median, worst) = (&all[all.len() / 2], &all[all.len() - 1]);
    let gap = if median.vehicles == best.0 {
        format!("{:.2} %", 100.0 * (median.distance / best.1 - 1.0))
    } else {
        format!("{:+} veh", median.vehicles as i64 - best.0 as i64)
    };
    let anchors = ANCHORS.iter().find(|(anchor, _)| *anchor == name).map_or(["", "", ""], |(_, figures)| *figures);
    println!(
        "{name:10} {:>12} {:>12} {:>12} {gap:>8} {hit:>4}/{seeds} {:>6.2} s   {:>12} {:>12} {:>12}",
        format!("{}/{:.2}", best.0, best.1),
        format!("{}/{:.2}", median.vehicles, median.distance),
        format!("{}/{:.2}", worst.vehicles, worst.distance),
        median.best_at,
        anchors[0],
        anchors[1],
        anchors[2],
    );
    (hit, all.len())
}

fn run(problem: &Problem<Exact>, seed: u64, limit: Duration) -> Run {
    let options = Options { seed, fewest_couriers: true };
    let began = ThreadTime::now();
    let mut clock = || began.elapsed();
    let solution = solve(problem, &options, Budget::Deadline { limit, clock: &mut clock }).expect("a sound problem");
    let cost = check(problem, &solution.plan).expect("a plan that passes the referee");
    assert!(solution.unassigned.is_empty(), "every task is planned");
    let best_at = solution.stats.best_progress * limit.as_secs_f64();
    Run { vehicles: solution.plan.routes.len(), distance: cost.distance, best_at }
}

const COURIERS: usize = 200;
const STORES: usize = 25;
const ORDERS: usize = 500;
const NEW: usize = 60;

fn city(limit: Duration) {
    let problem = city_problem(setting("ROUTING_CITY_SEED", 1));
    let began = Instant::now();
    let mut plain = Plain::new(&problem);
    for job in 0..ORDERS - NEW {
        plain.insert(job);
    }
    let running = plain.plan();
    for job in ORDERS - NEW..ORDERS {
        plain.insert(job);
    }
    let plain_took = began.elapsed();
    row(
        "plain insertion",
        &check(&problem, &plain.plan()).expect("a plan that passes the referee"),
        0.0,
        plain_took,
        "",
    );
    let options = Options { seed: 1, fewest_couriers: false };
    for (name, share) in [("re-plan, no search", 0.0), ("re-plan, a tenth", 0.1), ("re-plan", 1.0)] {
        let limit = limit.mul_f64(share);
        let (wall, began) = (Instant::now(), ThreadTime::now());
        let mut clock = || began.elapsed();
        let budget = match share {
            0.0 => Budget::Iterations(0),
            _ => Budget::Deadline { limit, clock: &mut clock },
        };
        let solution: Solution = improve(&problem, &running, &options, budget).expect("a sound problem");
        let (used, wall) = (began.elapsed(), wall.elapsed());
        let cost = check(&problem, &solution.plan).expect("a plan that passes the referee");
        row(name, &cost, used.as_secs_f64(), wall, &format!("{} steps", solution.stats.iterations));
    }
}

fn row(name: &str, cost: &Cost, used: f64, wall: Duration, more: &str) {
    println!(
        "{name:20} cost {:>9.0}  distance {:>6.1} km  lateness {:>6.1} min  left out {:>4.0}  processor {used:>5.2} s  wall {:>5.2} s  {more}",
        cost.total(),
        cost.distance / 1_000.0,
        cost.lateness / 60.0,
        cost.left_out,
        wall.as_secs_f64(),
    );
}

/// A city of 12 by 12 km: orders of the next 20 minutes within 2.5 km of their store to each side, due 35 minutes after
/// they are ready; a quarter needs a certificate that two thirds of the couriers have; every fourth courier is on the
/// way with an order.
fn city_problem(seed: u64) -> Problem<Haversine> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut points: Vec<(f64, f64)> = Vec::new();
    let place = |points: &mut Vec<(f64, f64)>, rng: &mut fastrand::Rng| {
        points.push((37.70 + 0.108 * rng.f64(), -122.50 + 0.136 * rng.f64()));
        points.len() - 1
    };
    let door = |points: &mut Vec<(f64, f64)>, store: usize, rng: &mut fastrand::Rng| {
        let (lat, lng) = points[store];
        points.push((lat + 0.044 * (rng.f64() - 0.5), lng + 0.056 * (rng.f64() - 0.5)));
        points.len() - 1
    };
    let stores: Vec<usize> = (0..STORES).map(|_| place(&mut points, &mut rng)).collect();
    let courier = |rng: &mut fastrand::Rng, start| Courier {
        start,
        end: End::Open,
        shift: Window { open: 0.0, due: 3.0 * 3_600.0, close: 4.0 * 3_600.0, late_price: 1.0 },
        capacity: 6,
        skills: if rng.u8(0..3) > 0 { Skills::bit(0) } else { Skills::NONE },
        fixed_cost: 0.0,
    };
    let couriers: Vec<Courier> = (0..COURIERS)
        .map(|_| {
            let start = place(&mut points, &mut rng);
            courier(&mut rng, start)
        })
        .collect();
    let mut jobs = Vec::with_capacity(ORDERS);
    for order in 0..ORDERS {
        let ready = 1_200.0 * rng.f64();
        let store = stores[rng.usize(..STORES)];
        let pickup = Stop { place: store, window: Window::from(ready), service: 90.0 };
        let place = door(&mut points, store, &mut rng);
        let door = Stop { place, window: Window::soft(0.0, ready + 2_100.0, 2.0), service: 180.0 };
        let origin = if order < COURIERS / 4 { Origin::OnBoard(4 * order) } else { Origin::Pickup(pickup) };
        let skills = if rng.u8(0..4) == 0 { Skills::bit(0) } else { Skills::NONE };
        jobs.push(Job { origin, delivery: door, demand: 1 + rng.u32(0..2), skills, only: None, penalty: 50_000.0 });
    }
    Problem::new(couriers, jobs, Haversine { points, detour: 1.3, speed: SpeedProfile::constant(5.5) })
}

/// The greedy to beat: each order in turn where it costs least, never moved again; it evaluates whole routes, with no
/// tricks.
struct Plain<'a> {
    problem: &'a Problem<Haversine>,
    routes: Vec<Vec<Visit>>,
    costs: Vec<f64>,
}

impl<'a> Plain<'a> {
    fn new(problem: &'a Problem<Haversine>) -> Self {
        let count = problem.couriers.len();
        Self { problem, routes: vec![Vec::new(); count], costs: vec![0.0; count] }
    }

    fn plan(&self) -> Plan {
        let routes = self.routes.iter().enumerate().filter(|(_, visits)| !visits.is_empty());
        Plan { routes: routes.map(|(courier, visits)| Route { courier, visits: visits.clone() }).collect() }
    }

    fn insert(&mut self, job: usize) {
        let row = &self.problem.jobs[job];
        let mut best: Option<(f64, usize, Vec<Visit>)> = None;
        for courier in 0..self.routes.len() {
            let may = match row.origin {
                Origin::OnBoard(holder) => holder == courier,
                Origin::Pickup(_) => self.problem.couriers[courier].skills.include(row.skills),
            };
            for visits in if may { self.ways_in(courier, job) } else { Vec::new() } {
                let Some(cost) = self.cost(courier, &visits) else { continue };
                let more = cost - self.costs[courier];
                if best.as_ref().is_none_or(|(least, ..)| more < *least) {
                    best = Some((more, courier, visits));
                }
            }
        }
        if let Some((more, courier, visits)) = best {
            self.costs[courier] += more;
            self.routes[courier] = visits;
        }
    }

    fn ways_in(&self, courier: usize, job: usize) -> Vec<Vec<Visit>> {
        let route = &self.routes[courier];
        let mut ways = Vec::new();
        for door in 0..=route.len() {
            let mut visits = route.clone();
            visits.insert(door, Visit::Delivery(job));
            if matches!(self.problem.jobs[job].origin, Origin::OnBoard(_)) {
                ways.push(visits);
                continue;
            }
            for store in 0..=door {
                let mut visits = visits.clone();
                visits.insert(store, Visit::Pickup(job));
                ways.push(visits);
            }
        }
        ways
    }

    fn cost(&self, courier: usize, visits: &[Visit]) -> Option<f64> {
        let row = &self.problem.couriers[courier];
        let (mut place, mut time, mut cost) = (row.start, row.shift.open, 0.0);
        let mut load: u32 =
            self.problem.jobs.iter().filter(|j| j.origin == Origin::OnBoard(courier)).map(|j| j.demand).sum();
        for &visit in visits {
            let job = &self.problem.jobs[visit.job()];
            let stop = match (&job.origin, visit) {
                (Origin::Pickup(stop), Visit::Pickup(_)) => stop,
                _ => &job.delivery,
            };
            let metres = self.problem.matrix.distance(place, stop.place);
            time = (time + self.problem.matrix.duration(place, stop.place, 0.0)).max(stop.window.open);
            cost += metres + (time - stop.window.due).max(0.0) * stop.window.late_price;
            time += stop.service;
            place = stop.place;
            load = if matches!(visit, Visit::Pickup(_)) { load + job.demand } else { load - job.demand };
            if load > row.capacity {
                return None;
            }
        }
        (time <= row.shift.close).then_some(cost + (time - row.shift.due).max(0.0) * row.shift.late_price)
    }
}
