//! Learning from records, and only from what was known.

use sipstr_eta::{Accepted, Assigned, Calibration, EtaError, Features, Fitted, PickedUp, Quoted, Training, fit};

use crate::{MONTH, fitted, last_week, training};

/// Mean absolute errors of the last week: of physics, and of the model.
fn errors<F: Features>(fitted: &Fitted<F>) -> (f64, f64) {
    let nothing = Calibration::default();
    let mut sums = (0.0, 0.0);
    for record in last_week() {
        let (features, took) = (F::of(record), record.took_seconds(F::of(record)));
        let estimate = fitted.model.predict(features, &nothing).unwrap();
        sums = (sums.0 + (estimate.physics_seconds - took).abs(), sums.1 + (estimate.p50_seconds - took).abs());
    }
    (sums.0 / last_week().len() as f64, sums.1 / last_week().len() as f64)
}

#[test]
fn each_stage_errs_less_than_physics_on_days_it_has_not_seen() {
    let quoted = errors(&fitted::<Quoted>());
    let picked_up = errors(&fitted::<PickedUp>());
    assert!(quoted.1 < 0.9 * quoted.0, "{quoted:?}");
    assert!(picked_up.1 < 0.9 * picked_up.0, "{picked_up:?}");
    assert!(picked_up.1 < quoted.1, "who knows more errs less");
}

#[test]
fn the_same_records_in_any_order_and_the_same_seed_give_the_same_model() {
    let mut records = MONTH[..2_000].to_vec();
    let few = Training { most_trees: 12, ..training() };
    let once = fit::<Assigned>(&records, &few).unwrap();
    fastrand::Rng::with_seed(9).shuffle(&mut records);
    assert_eq!(once.model.to_bytes(), fit::<Assigned>(&records, &few).unwrap().model.to_bytes());
}

#[test]
fn what_happened_later_changes_nothing_in_an_earlier_stage() {
    let mut records = MONTH[..2_000].to_vec();
    let few = Training { most_trees: 12, ..training() };
    let before = fit::<Quoted>(&records, &few).unwrap();
    for record in &mut records {
        record.assigned.courier.stops_before = 7;
        record.assigned.ready = !record.assigned.ready;
        record.picked_up.recent_pace = Some(9.0);
        record.accepted.now.store_queue = 99;
    }
    let after = fit::<Quoted>(&records, &few).unwrap();
    let ask = |fitted: &Fitted<Quoted>| {
        let estimates = last_week().iter().map(|record| fitted.model.predict(&record.quoted, &Calibration::default()));
        estimates.map(|estimate| estimate.unwrap().told.model_p50_seconds).collect::<Vec<_>>()
    };
    assert_eq!(ask(&before), ask(&after));
}

#[test]
fn too_few_records_are_no_model() {
    let refused = fit::<Quoted>(&MONTH[..999], &training()).unwrap_err();
    assert_eq!(refused, EtaError::TooFewRecords { needed: 1_000, found: 999 });
    assert!(fit::<Quoted>(&[], &training()).is_err());
}

#[test]
fn records_that_contradict_themselves_are_counted_and_left_out() {
    let mut records = MONTH[..1_500].to_vec();
    records[7].handed_over_at_epoch_seconds = records[7].picked_up.at.epoch_seconds - 1;
    records[8].quoted.trip.door_at.latitude_degrees = f64::NAN;
    records[9].ready_at_epoch_seconds = i64::MIN;
    let fitted = fit::<Accepted>(&records, &Training { most_trees: 2, ..training() }).unwrap();
    assert_eq!((fitted.used, fitted.skipped), (1_497, 3));
}

#[test]
fn settings_out_of_range_are_refused() {
    let refused = |training: Training| matches!(fit::<Quoted>(&MONTH, &training), Err(EtaError::OutOfRange { .. }));
    assert!(refused(Training { held_out: f64::NAN, ..training() }));
    assert!(refused(Training { learning_rate: 0.0, ..training() }));
    assert!(refused(Training { most_leaves: 1, ..training() }));
    let mut nowhere = training();
    nowhere.assumptions.metres_per_second[2] = 0.0;
    assert!(refused(nowhere));
}
