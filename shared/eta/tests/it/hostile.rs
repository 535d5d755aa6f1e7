//! Whatever is asked, there is an estimate that makes sense or an error that says what was wrong.

use std::sync::LazyLock;

use proptest::prelude::*;
use sipstr_eta::{
    Accepted, Assigned, Building, Calibration, Courier, CourierKind, EtaError, Features, Model, Moment, Now, PickedUp,
    Place, Quoted, Store, Trip, Zone,
};

use crate::fitted;
use crate::physics::{picked_up, quoted};

static QUOTED: LazyLock<Model<Quoted>> = LazyLock::new(|| fitted().model);
static ACCEPTED: LazyLock<Model<Accepted>> = LazyLock::new(|| fitted().model);
static ASSIGNED: LazyLock<Model<Assigned>> = LazyLock::new(|| fitted().model);
static PICKED_UP: LazyLock<Model<PickedUp>> = LazyLock::new(|| fitted().model);

fn refused_field<F: Features>(model: &Model<F>, features: &F) -> Option<&'static str> {
    match model.predict(features, &Calibration::default()) {
        Err(EtaError::OutOfRange { field, .. }) => Some(field),
        _ => None,
    }
}

#[test]
fn a_number_that_is_none_is_named() {
    let mut nowhere = quoted();
    nowhere.trip.door_at.latitude_degrees = f64::NAN;
    assert_eq!(refused_field(&QUOTED, &nowhere), Some("latitude_degrees"));
    let mut endless = picked_up();
    endless.courier.metres_ahead = Some(f64::INFINITY);
    assert_eq!(refused_field(&PICKED_UP, &endless), Some("metres_ahead"));
    let backwards = Quoted { usual_preparation_seconds: -1.0, ..quoted() };
    assert_eq!(refused_field(&QUOTED, &backwards), Some("usual_preparation_seconds"));
    let standing = PickedUp { recent_pace: Some(0.0), ..picked_up() };
    assert_eq!(refused_field(&PICKED_UP, &standing), Some("recent_pace"));
}

#[test]
fn the_other_side_of_the_earth_is_not_delivered_to() {
    let mut far = quoted();
    far.trip.route_metres = None;
    far.trip.door_at = Place { latitude_degrees: -37.76, longitude_degrees: 57.56 };
    assert_eq!(refused_field(&QUOTED, &far), Some("route_metres"));
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..5_000.0, -200.0..200.0, any::<f64>(), Just(f64::NAN), Just(f64::INFINITY)]
}

fn degrees(around: f64) -> impl Strategy<Value = f64> {
    prop_oneof![9 => around - 0.1..around + 0.1, 1 => any::<f64>()]
}

fn place() -> impl Strategy<Value = Place> {
    (degrees(37.7), degrees(-122.4))
        .prop_map(|(latitude_degrees, longitude_degrees)| Place { latitude_degrees, longitude_degrees })
}

fn moment() -> impl Strategy<Value = Moment> {
    let second = prop_oneof![9 => 1_700_000_000_i64..1_900_000_000, 1 => any::<i64>()];
    let offset = prop_oneof![9 => -840_i16..=840, 1 => any::<i16>()];
    (second, offset).prop_map(|(epoch_seconds, utc_offset_minutes)| Moment { epoch_seconds, utc_offset_minutes })
}

fn maybe() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![4 => Just(None), 4 => (0.2..5.0).prop_map(Some), 1 => number().prop_map(Some)]
}

fn trip() -> impl Strategy<Value = Trip> {
    let building = prop::sample::select(vec![Building::Unknown, Building::House, Building::Tower, Building::Office]);
    (any::<u64>(), any::<u64>(), place(), place(), maybe(), building, any::<u8>(), any::<bool>(), any::<u16>())
        .prop_map(|(zone, store, store_at, door_at, route_metres, building, floor, id_check, bottles)| Trip {
            zone: Zone(zone),
            store: Store(store),
            store_at,
            door_at,
            route_metres,
            building,
            floor,
            id_check,
            bottles,
        })
}

fn now() -> impl Strategy<Value = Now> {
    let count = || prop_oneof![9 => 0_u32..200, 1 => any::<u32>()];
    (count(), count(), count(), maybe()).prop_map(|(store_queue, couriers_free, orders_waiting, recent_pace)| Now {
        store_queue,
        couriers_free,
        orders_waiting,
        recent_pace,
    })
}

fn courier() -> impl Strategy<Value = Courier> {
    let kind = prop::sample::select(vec![CourierKind::OnFoot, CourierKind::Bicycle, CourierKind::Car]);
    (place(), kind, any::<u8>(), maybe()).prop_map(|(at, kind, stops_before, metres_ahead)| Courier {
        at,
        kind,
        stops_before,
        metres_ahead,
    })
}

fn makes_sense<F: Features>(model: &Model<F>, features: &F) -> Result<(), TestCaseError> {
    match model.predict(features, &Calibration::default()) {
        Ok(estimate) => {
            prop_assert!(estimate.p50_seconds.is_finite() && estimate.p50_seconds > 0.0);
            prop_assert!(estimate.p90_seconds.is_finite() && estimate.p50_seconds <= estimate.p90_seconds);
            let sum: f64 = estimate.terms.iter().map(|term| term.seconds).sum();
            prop_assert!((sum - estimate.p50_seconds).abs() < 1e-3);
            prop_assert!(features.check().is_ok());
        }
        Err(error) => {
            let names_a_field = matches!(error, EtaError::OutOfRange { .. });
            prop_assert!(names_a_field);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_question_is_answered_or_refused(
        (at, trip, now, courier) in (moment(), trip(), now(), courier()),
        usual in number(),
        promised in number(),
        since in number(),
        ready: bool,
        recent_pace in maybe(),
    ) {
        let quoted = Quoted { at, trip, now, usual_preparation_seconds: usual };
        makes_sense(&QUOTED, &quoted)?;
        let accepted =
            Accepted { at, trip, now, usual_preparation_seconds: usual, promised_preparation_seconds: promised };
        makes_sense(&ACCEPTED, &accepted)?;
        let assigned = Assigned {
            at, trip, now, courier, ready, promised_preparation_seconds: promised, since_accepted_seconds: since,
        };
        makes_sense(&ASSIGNED, &assigned)?;
        makes_sense(&PICKED_UP, &PickedUp { at, trip, courier, recent_pace })?;
    }

    #[test]
    fn a_longer_way_is_never_a_shorter_ride(metres in 0.0..100_000.0_f64, more in 0.0..100_000.0_f64, at in moment()) {
        let seconds = |metres: f64| {
            let mut features = PickedUp { at, ..picked_up() };
            features.courier.metres_ahead = Some(metres);
            PICKED_UP.predict(&features, &Calibration::default()).map(|estimate| estimate.physics_seconds)
        };
        if let (Ok(short), Ok(long)) = (seconds(metres), seconds(metres + more)) {
            prop_assert!(short <= long);
        }
    }
}
