//! The day's figures beside their anchors. See the README for the settings.
#![allow(clippy::print_stdout, reason = "a benchmark speaks on its standard output")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sipstr_dispatch::decision::Decision;
use sipstr_dispatch::sim::official::solution;
use sipstr_dispatch::sim::{
    City, DayLog, Dispatcher, Greedy, Instance, Report, Rolling, check, pooled, read, report, simulate, synthetic,
};
use sipstr_dispatch::snapshot::Snapshot;
use sipstr_dispatch::time::Time;
use sipstr_dispatch::travel::Travel;
use sipstr_dispatch::{DispatchError, Policy};

/// Looks at the clock around each decision.
struct Timed<D> {
    inner: D,
    longest: Duration,
    total: Duration,
}

impl<D: Dispatcher> Dispatcher for Timed<D> {
    fn decide(&mut self, snapshot: &Snapshot, travel: &dyn Travel, now: Time) -> Result<Vec<Decision>, DispatchError> {
        let begin = Instant::now();
        let decisions = self.inner.decide(snapshot, travel, now);
        let took = begin.elapsed();
        self.longest = self.longest.max(took);
        self.total += took;
        decisions
    }
}

struct Days {
    policy: &'static str,
    logs: Vec<DayLog>,
    reports: Vec<Report>,
    pooled: Report,
    longest: Duration,
    mean: Duration,
}

fn main() {
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let rounds = setting("DISPATCH_ROUNDS").and_then(|rounds| rounds.parse().ok());
    match setting("MDRP_DIR") {
        Some(folder) => {
            let family = setting("MDRP_FAMILY").unwrap_or_else(|| "o100t100s1p100".into());
            let out = setting("MDRP_OUT").map(PathBuf::from);
            mdrp(Path::new(&folder), &family, rounds, setting("MDRP_ABLATE").is_some(), out.as_deref());
        }
        None => println!(
            "The Meal Delivery Routing Problem was left out. Clone https://github.com/grubhub/mdrplib and set MDRP_DIR to its \
             public_instances.\n"
        ),
    }
    city(rounds);
    one_decision(rounds);
}

fn with_rounds(mut policy: Policy, rounds: Option<u32>) -> Policy {
    policy.rounds = rounds.unwrap_or(policy.rounds);
    policy
}

fn mdrp(folder: &Path, family: &str, rounds: Option<u32>, ablate: bool, out: Option<&Path>) {
    let read_seed = |seed: u32| {
        let path = folder.join(format!("{seed}{family}"));
        read(&path).unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
    };
    let days: Vec<Instance> = (0..10).map(read_seed).collect();
    let orders: usize = days.iter().map(|day| day.orders.len()).sum();
    let bound = days.iter().map(|day| day.lower_bound() * day.orders.len() as f64).sum::<f64>() / orders as f64;
    println!("Meal Delivery Routing Problem, <seed>{family}, seeds 0-9, {orders} orders");
    header();
    println!("{:<34}{bound:>6.2}", "exact travel, no waiting (bound)");
    if family == "o100t100s1p100" {
        println!("{:<34}{:>6.1}{:>42}{:>8.2}", "greedy of the bar", 37.4, 67, 11.54);
        println!("{:<34}{:>6.1}{:>42}{:>8.2}", "rolling horizon (Reyes et al.)", 36.0, 430, 11.64);
        println!("{:<34}{:>6}{:>42}{:>8}", "bar", "<36.0", "<67", "≤11.54");
    }
    let greedy = run("greedy", &days, |day| Greedy { policy: Policy::for_mdrp(day.pay, day.service) });
    row(&greedy);
    let ours =
        run("ours", &days, |day| Rolling { policy: with_rounds(Policy::for_mdrp(day.pay, day.service), rounds) });
    row(&ours);
    gain(&greedy, &ours);
    if ablate {
        ablations(&days);
    }
    println!("\n{:<20}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}", "seed", "bound", "greedy", "ours", "lost", "lost", "USD");
    for (seed, day) in days.iter().enumerate() {
        let (before, after) = (&greedy.reports[seed], &ours.reports[seed]);
        let bound = day.lower_bound();
        let (was, is) = (before.click_to_door.mean, after.click_to_door.mean);
        let (lost, still, pay) = (before.undelivered, after.undelivered, after.cost_an_order());
        println!("{:<20}{bound:>8.2}{was:>10.2}{is:>8.2}{lost:>8}{still:>8}{pay:>8.2}", day.name);
        if let Some(out) = out {
            write(&out.join(&day.name), day, &ours.logs[seed]);
        }
    }
    println!();
}

type Change = fn(&mut Policy);

/// What each part brings: the same days without it.
fn ablations(days: &[Instance]) {
    let parts: [(&'static str, Change); 6] = [
        ("without bundles", |policy| policy.max_bundle = 1),
        ("without search", |policy| policy.rounds = 0),
        ("without postponing", |policy| policy.offer_lead = 86_400),
        ("without fairness", |policy| (policy.weights.fairness, policy.weights.idleness) = (0.0, 0.0)),
        ("without pay", |policy| policy.weights.pay = 0.0),
        ("20 candidates", |policy| policy.candidates = 20),
    ];
    for (name, change) in parts {
        let without = run(name, days, |day| {
            let mut policy = Policy::for_mdrp(day.pay, day.service);
            change(&mut policy);
            Rolling { policy }
        });
        row(&without);
    }
}

/// The three files of the official evaluator.
fn write(folder: &Path, day: &Instance, log: &DayLog) {
    let files = solution(day, log);
    std::fs::create_dir_all(folder).expect("MDRP_OUT can be written to");
    for (name, text) in [("assignments", files.assignments), ("orders", files.orders), ("couriers", files.couriers)] {
        std::fs::write(folder.join(format!("solution_info_{name}.txt")), text).expect("MDRP_OUT can be written to");
    }
}

fn city(rounds: Option<u32>) {
    let days: Vec<Instance> = (1..=5).map(|seed| synthetic(&City { seed, ..City::default() })).collect();
    let orders: usize = days.iter().map(|day| day.orders.len()).sum();
    println!(
        "Synthetic city, seeds 1-5, {orders} orders: rides, counters and couriers that do not do as they were told"
    );
    header();
    let greedy = run("greedy", &days, |day| Greedy { policy: Policy::new(day.pay, day.service) });
    row(&greedy);
    let ours = run("ours", &days, |day| {
        let mut policy = with_rounds(Policy::new(day.pay, day.service), rounds);
        policy.nearby_stores = 180;
        Rolling { policy }
    });
    row(&ours);
    gain(&greedy, &ours);
    let declined = |days: &Days| 100.0 * f64::from(days.pooled.declines) / f64::from(days.pooled.offers.max(1));
    println!("declined or ignored: greedy {:.1} %, ours {:.1} % of offers\n", declined(&greedy), declined(&ours));
}

/// 500 open orders and 200 couriers at once.
fn one_decision(rounds: Option<u32>) {
    let day = synthetic(&City { stores: 80, orders: 500, couriers: 200, seed: 3 });
    let (snapshot, now) = sipstr_dispatch::sim::rush(&day);
    let mut policy = with_rounds(Policy::new(day.pay, day.service), rounds);
    policy.nearby_stores = 180;
    let begin = Instant::now();
    let decisions =
        sipstr_dispatch::decide(&snapshot, &policy, day.travel.as_ref(), now).expect("the snapshot is sound");
    let offers = decisions.iter().filter(|decision| matches!(decision, Decision::Offer(_))).count();
    let (orders, couriers) = (snapshot.orders.len(), snapshot.couriers.len());
    println!("one decision, {orders} orders, {couriers} couriers: {:?}, {offers} offers (bar: 1 s)", begin.elapsed());
}

fn run<D: Dispatcher>(policy: &'static str, days: &[Instance], dispatcher: impl Fn(&Instance) -> D) -> Days {
    let mut logs = vec![];
    let (mut longest, mut total) = (Duration::ZERO, Duration::ZERO);
    for day in days {
        let mut timed = Timed { inner: dispatcher(day), longest: Duration::ZERO, total: Duration::ZERO };
        let log = simulate(day, &mut timed, 1).expect("the day can be played");
        let violations = check(day, &log);
        assert!(violations.is_empty(), "{}: {:?}", day.name, &violations[..violations.len().min(5)]);
        longest = longest.max(timed.longest);
        total += timed.total;
        logs.push(log);
    }
    let reports: Vec<Report> = days.iter().zip(&logs).map(|(day, log)| report(day, log)).collect();
    let pooled = pooled(&days.iter().zip(&logs).collect::<Vec<_>>());
    let mean = total / pooled.decisions.max(1);
    Days { policy, logs, reports, pooled, longest, mean }
}

fn header() {
    println!(
        "{:<34}{:>6}{:>8}{:>7}{:>7}{:>7}{:>7}{:>6}{:>8}{:>7}{:>7}{:>7}{:>7}{:>8}{:>8}",
        "click-to-door, minutes",
        "mean",
        "±seeds",
        "p90",
        "p95",
        "rtd",
        "rtp",
        "lost",
        "USD/o",
        "±seeds",
        "util",
        "o/trip",
        "eta",
        "mean",
        "longest"
    );
}

fn row(days: &Days) {
    let all = &days.pooled;
    let door = spread(days.reports.iter().map(|day| day.click_to_door.mean));
    let cost = spread(days.reports.iter().map(Report::cost_an_order));
    println!(
        "{:<34}{:>6.2}{:>8.2}{:>7.1}{:>7.1}{:>7.2}{:>7.2}{:>6}{:>8.2}{:>7.2}{:>7.2}{:>7.2}{:>7.2}{:>6.1}ms{:>6.0}ms",
        days.policy,
        all.click_to_door.mean,
        door.1,
        all.click_to_door.p90,
        all.click_to_door.p95,
        all.ready_to_door.mean,
        all.ready_to_pickup.mean,
        all.undelivered,
        all.cost_an_order(),
        cost.1,
        all.utilisation,
        all.delivered() as f64 / all.trips.max(1) as f64,
        all.eta_error,
        days.mean.as_secs_f64() * 1e3,
        days.longest.as_secs_f64() * 1e3,
    );
}

/// Seed by seed, so that what the seeds have in common cancels out.
fn gain(before: &Days, after: &Days) {
    let pairs = before.reports.iter().zip(&after.reports);
    let minutes = spread(pairs.clone().map(|(a, b)| a.click_to_door.mean - b.click_to_door.mean));
    let better = pairs.clone().filter(|(a, b)| b.click_to_door.mean < a.click_to_door.mean).count();
    let pay = spread(pairs.map(|(a, b)| a.cost_an_order() - b.cost_an_order()));
    println!(
        "gain over the greedy, mean ± standard deviation over seeds: {:.2} ± {:.2} minutes (faster on {better} of {}), {:.2} ± {:.2} \
         USD an order",
        minutes.0,
        minutes.1,
        before.reports.len(),
        pay.0,
        pay.1
    );
}

fn spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, (squares / values.len().saturating_sub(1).max(1) as f64).sqrt())
}
