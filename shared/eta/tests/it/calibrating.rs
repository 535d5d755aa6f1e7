//! Following a city that changes under a model that does not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sipstr_eta::{Assumptions, Calibration, EtaError, Model, PickedUp, Told};

use crate::fitted;
use crate::physics::picked_up;
use crate::synthetic::City;

/// Learns a delivery every five minutes that took so many times what physics says.
fn days_of(times: f64, deliveries: i64, calibration: &mut Calibration<PickedUp>, from: i64) -> (f64, f64) {
    let model = Model::untrained(Assumptions::default()).unwrap();
    let mut random = fastrand::Rng::with_seed(5);
    let mut last = (0.0, 0.0);
    for number in from..from + deliveries {
        let mut features = picked_up();
        features.at.epoch_seconds += number * 300;
        let estimate = model.predict(&features, calibration).unwrap();
        let took = estimate.physics_seconds * times * (1.0 + 0.4 * (random.f64() - 0.5));
        calibration.learn(&estimate.told, took, features.at.epoch_seconds + took as i64).unwrap();
        last = (estimate.p50_seconds / estimate.physics_seconds, estimate.p90_seconds / estimate.physics_seconds);
    }
    last
}

#[test]
fn after_a_shift_the_median_is_right_again_within_a_day() {
    let mut calibration = Calibration::default();
    let before = days_of(1.0, 600, &mut calibration, 0);
    assert!((before.0 - 1.0).abs() < 0.06, "{before:?}");
    let after = days_of(1.4, 288, &mut calibration, 600);
    assert!((after.0 - 1.4).abs() < 0.1, "{after:?}");
    let back = days_of(1.0, 288, &mut calibration, 888);
    assert!((back.0 - 1.0).abs() < 0.1, "{back:?}");
}

#[test]
fn the_ninetieth_percentile_finds_its_place() {
    let mut calibration = Calibration::default();
    // Uniform from 0.8 to 1.2: nine in ten take up to 1.16 times as long, while the untrained model says 1.4.
    let told = days_of(1.0, 2_000, &mut calibration, 0);
    assert!((told.1 - 1.16).abs() < 0.06, "{told:?}");
}

#[test]
fn nine_promises_in_ten_are_kept_in_each_zone_also_after_a_shift() {
    let model = fitted::<PickedUp>().model;
    let city = City { seed: 3, days: 56, orders_each_day: 200, shift: Some((42, 1.4)) };
    let mut calibration = Calibration::default();
    let mut kept: BTreeMap<(bool, u64), (f64, f64)> = BTreeMap::new();
    let deliveries = city.deliveries();
    for (number, record) in deliveries.iter().enumerate().skip(deliveries.len() / 2) {
        let estimate = model.predict(&record.picked_up, &calibration).unwrap();
        let took = record.took_seconds(&record.picked_up);
        calibration.learn(&estimate.told, took, record.handed_over_at_epoch_seconds).unwrap();
        let part = kept.entry((number >= deliveries.len() * 3 / 4, record.picked_up.trip.zone.0)).or_default();
        *part = (part.0 + f64::from(u8::from(took <= estimate.p90_seconds)), part.1 + 1.0);
    }
    assert_eq!(kept.len(), 16);
    for (zone, (kept, all)) in kept {
        assert!((0.87..=0.93).contains(&(kept / all)), "{zone:?}: {kept} of {all}");
    }
}

#[test]
fn a_new_zone_believes_what_all_zones_say() {
    let mut calibration = Calibration::default();
    days_of(1.3, 300, &mut calibration, 0);
    let model = Model::untrained(Assumptions::default()).unwrap();
    let mut elsewhere = picked_up();
    elsewhere.trip.zone.0 = 2;
    elsewhere.at.epoch_seconds += 300 * 300;
    let estimate = model.predict(&elsewhere, &calibration).unwrap();
    assert!(estimate.p50_seconds > 1.15 * estimate.physics_seconds);
    elsewhere.at.epoch_seconds += 7 * 86_400;
    let later = model.predict(&elsewhere, &calibration).unwrap();
    assert!(
        (later.p50_seconds / later.physics_seconds - 1.0).abs() < 0.01,
        "what nobody has seen for a week is not believed"
    );
}

#[test]
fn of_very_many_zones_the_longest_untouched_is_forgotten() {
    let model = Model::untrained(Assumptions::default()).unwrap();
    let mut calibration = Calibration::<PickedUp>::default();
    // Each zone's window of scores is full before the next hundred zones come.
    for zone in (0..250 * 205).map(|number| number % 250).chain(1_000..1_100) {
        let mut features = picked_up();
        features.trip.zone.0 = zone;
        let told = model.predict(&features, &calibration).unwrap().told;
        calibration.learn(&told, 400.0, features.at.epoch_seconds + 400 + zone as i64).unwrap();
    }
    let full = calibration.to_bytes();
    assert!(full.len() < 400_000);
    assert!(Calibration::<PickedUp>::from_bytes(&full).is_ok());
}

#[test]
fn what_was_not_told_cannot_be_learnt() {
    let model = Model::<PickedUp>::untrained(Assumptions::default()).unwrap();
    let mut calibration = Calibration::default();
    let told = model.predict(&picked_up(), &calibration).unwrap().told;
    let at = told.at.epoch_seconds;
    let untouched = calibration.clone();
    let refused = |answer| matches!(answer, Err(EtaError::OutOfRange { .. }));
    assert!(refused(calibration.learn(&told, f64::NAN, at)));
    assert!(refused(calibration.learn(&told, -5.0, at)));
    assert!(refused(calibration.learn(&told, 300.0, i64::MIN)));
    assert!(refused(calibration.learn(&Told { model_p50_seconds: 0.0, ..told }, 300.0, at)));
    assert!(refused(calibration.learn(&Told { zone_bias: f64::INFINITY, ..told }, 300.0, at)));
    assert_eq!(calibration, untouched);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_bias_does_not_depend_on_the_order_of_messages(
        deliveries in prop::collection::vec((0_i64..40_000, 100.0_f64..2_000.0), 1..25),
        seed: u64,
    ) {
        // Fewer than the margin needs, so that the estimate is bias alone.
        let model = Model::untrained(Assumptions::default()).unwrap();
        let told = model.predict(&picked_up(), &Calibration::default()).unwrap().told;
        let learnt = |deliveries: &[(i64, f64)]| {
            let mut calibration = Calibration::default();
            for &(later, took) in deliveries {
                calibration.learn(&told, took, told.at.epoch_seconds + later).unwrap();
            }
            let mut features = picked_up();
            features.at.epoch_seconds += 50_000;
            model.predict(&features, &calibration).unwrap()
        };
        let mut shuffled = deliveries.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        let (one, other) = (learnt(&deliveries), learnt(&shuffled));
        prop_assert!((one.p50_seconds - other.p50_seconds).abs() < 1e-6);
        prop_assert!((one.p90_seconds - other.p90_seconds).abs() < 1e-6);
    }
}
