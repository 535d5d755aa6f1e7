//! Simulated days: the rules hold, the same seed makes the same day, and planning beats the greedy.

use sipstr_dispatch::sim::Dispatcher;
use sipstr_dispatch::sim::log::Trip;
use sipstr_dispatch::sim::{
    City, Greedy, Instance, Rolling, SimError, Violation, check, official, pooled, report, simulate, synthetic,
};
use sipstr_dispatch::time::Time;
use sipstr_dispatch::travel::Travel;
use sipstr_dispatch::{Decision, DispatchError, Policy, Snapshot};

fn small(seed: u64) -> Instance {
    synthetic(&City { stores: 15, orders: 100, couriers: 16, seed })
}

/// The same city with couriers who do as they are told and rides that take what they should.
fn obedient(seed: u64) -> Instance {
    let mut day = small(seed);
    day.whims = None;
    day
}

fn ours(day: &Instance) -> Rolling {
    let mut policy = Policy::new(day.pay, day.service);
    policy.nearby_stores = 180;
    policy.rounds = 10;
    Rolling { policy }
}

#[test]
fn every_day_keeps_the_rules() {
    for seed in 0..3 {
        for day in [small(seed), obedient(seed)] {
            let log = simulate(&day, &mut ours(&day), seed).unwrap();
            assert_eq!(check(&day, &log), []);
            let greedy = simulate(&day, &mut Greedy { policy: Policy::new(day.pay, day.service) }, seed).unwrap();
            assert_eq!(check(&day, &greedy), []);
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_day() {
    let day = small(5);
    let play = |seed| simulate(&day, &mut ours(&day), seed).unwrap();
    assert_eq!(play(1), play(1));
    assert_ne!(play(1).trips, play(2).trips);
}

#[test]
fn planning_is_faster_than_the_greedy_and_loses_no_more() {
    let days: Vec<Instance> = (10..14).map(small).collect();
    let ours: Vec<_> = days.iter().map(|day| simulate(day, &mut ours(day), 1).unwrap()).collect();
    let greedy = |day: &Instance| simulate(day, &mut Greedy { policy: Policy::new(day.pay, day.service) }, 1).unwrap();
    let greedy: Vec<_> = days.iter().map(greedy).collect();
    let (ours, greedy) =
        (pooled(&days.iter().zip(&ours).collect::<Vec<_>>()), pooled(&days.iter().zip(&greedy).collect::<Vec<_>>()));
    assert!(ours.click_to_door.mean < greedy.click_to_door.mean, "{ours:?} {greedy:?}");
    assert!(ours.undelivered <= greedy.undelivered, "{ours:?} {greedy:?}");
}

#[test]
fn an_obedient_city_is_told_the_truth_and_a_real_one_nearly() {
    let (calm, real) = (obedient(3), small(3));
    let error = |day: &Instance| report(day, &simulate(day, &mut ours(day), 3).unwrap()).eta_error;
    assert!(error(&calm) < 2.0);
    assert!((0.5..6.0).contains(&error(&real)));
}

#[test]
fn a_day_without_couriers_or_without_orders_ends() {
    let nobody = synthetic(&City { couriers: 0, ..City::default() });
    let log = simulate(&nobody, &mut ours(&nobody), 1).unwrap();
    assert_eq!(report(&nobody, &log).undelivered, nobody.orders.len());
    let quiet = synthetic(&City { orders: 0, ..City::default() });
    let log = simulate(&quiet, &mut ours(&quiet), 1).unwrap();
    assert_eq!((log.trips.len(), report(&quiet, &log).undelivered), (0, 0));
}

type Change<'a> = &'a dyn Fn(&mut Trip);

#[test]
fn the_checker_sees_each_broken_rule() {
    let day = obedient(1);
    let log = simulate(&day, &mut ours(&day), 1).unwrap();
    let broken = |change: Change<'_>| {
        let mut log = log.clone();
        change(&mut log.trips[7]);
        check(&day, &log)
    };
    let order = day.orders[log.trips[7].pickups[0].order].name.clone();
    let courier = day.couriers[log.trips[7].courier].name.clone();
    let late = day.couriers[log.trips[7].courier].off + 60;
    let last = log.trips[7].drops.last().map(|drop| day.orders[drop.order].name.clone()).unwrap();
    let first = day.orders[log.trips[7].drops[0].order].name.clone();
    let cases: [(Change<'_>, Violation); 7] = [
        (&|trip: &mut Trip| trip.pickups[0].at = Time(0), Violation::NotReady(order.clone())),
        (&|trip: &mut Trip| trip.pickups[0].at = late, Violation::AfterShift(order.clone())),
        (&|trip: &mut Trip| trip.assigned_at = Time(0), Violation::BeforePlaced(order.clone())),
        (&|trip: &mut Trip| trip.legs[0].arrive = trip.legs[0].arrive + 1, Violation::Ride(courier.clone())),
        (&|trip: &mut Trip| trip.legs[0].depart = Time(0), Violation::TooEarly(courier.clone())),
        (&|trip: &mut Trip| trip.drops[0].at = trip.drops[0].at - 200, Violation::DropPlace(first)),
        (&|trip: &mut Trip| trip.drops.truncate(trip.drops.len() - 1), Violation::Unpaired(last)),
    ];
    for (change, expected) in cases {
        let found = broken(change);
        assert!(found.contains(&expected), "{expected} is not among {found:?}");
    }
    let mut twice = log.clone();
    twice.trips.push(log.trips[7].clone());
    assert!(check(&day, &twice).contains(&Violation::AssignedTwice(order)));
}

#[test]
fn a_dispatcher_who_speaks_nonsense_is_stopped() {
    struct Twice(Rolling);
    impl Dispatcher for Twice {
        fn decide(
            &mut self,
            snapshot: &Snapshot,
            travel: &dyn Travel,
            now: Time,
        ) -> Result<Vec<Decision>, DispatchError> {
            let decisions = self.0.decide(snapshot, travel, now)?;
            Ok(decisions.iter().chain(&decisions).cloned().collect())
        }
    }
    let day = obedient(2);
    assert!(matches!(simulate(&day, &mut Twice(ours(&day)), 1), Err(SimError::Nonsense(_))));
}

#[test]
fn the_official_files_have_a_line_for_each_thing() {
    let day = obedient(4);
    let log = simulate(&day, &mut ours(&day), 1).unwrap();
    let files = official::solution(&day, &log);
    let delivered = report(&day, &log).delivered();
    assert_eq!(files.assignments.lines().count(), 1 + log.trips.len());
    assert_eq!(files.orders.lines().count(), 1 + delivered);
    assert_eq!(files.couriers.lines().count(), 1 + log.trips.iter().map(|trip| trip.legs.len()).sum::<usize>());
}
