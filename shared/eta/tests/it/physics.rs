//! Physics alone: every number can be checked by hand.

use sipstr_eta::{
    Accepted, Assigned, Assumptions, Building, Calibration, Courier, CourierKind, Features, Model, Moment, Now,
    PickedUp, Place, Quoted, Store, Trip, Zone,
};

const NOON: Moment = Moment { epoch_seconds: 1_799_092_800, utc_offset_minutes: -480 };
const SHOP: Place = Place { latitude_degrees: 37.76, longitude_degrees: -122.44 };
const DOOR: Place = Place { latitude_degrees: 37.77, longitude_degrees: -122.43 };

pub fn trip() -> Trip {
    Trip {
        zone: Zone(1),
        store: Store(1),
        store_at: SHOP,
        door_at: DOOR,
        route_metres: Some(2_000.0),
        building: Building::House,
        floor: 0,
        id_check: true,
        bottles: 2,
    }
}

pub fn quiet() -> Now {
    Now { store_queue: 0, couriers_free: 5, orders_waiting: 0, recent_pace: None }
}

pub fn quoted() -> Quoted {
    Quoted { at: NOON, trip: trip(), now: quiet(), usual_preparation_seconds: 600.0 }
}

pub fn courier() -> Courier {
    Courier { at: SHOP, kind: CourierKind::Car, stops_before: 0, metres_ahead: None }
}

pub fn picked_up() -> PickedUp {
    let courier = Courier { metres_ahead: Some(2_000.0), ..courier() };
    PickedUp { at: NOON, trip: trip(), recent_pace: None, courier }
}

fn seconds<F: Features>(features: &F) -> f64 {
    let model = Model::untrained(Assumptions::default()).unwrap();
    model.predict(features, &Calibration::default()).unwrap().p50_seconds
}

#[test]
fn a_ride_is_its_metres_at_the_speed_of_the_hour() {
    let assumptions = Assumptions::default();
    let at_noon = assumptions.ride_seconds(2_000.0, CourierKind::Car, NOON);
    assert!((at_noon - 2_000.0 / (8.0 * 0.85)).abs() < 1e-9);
    let rush = Moment { epoch_seconds: NOON.epoch_seconds + 5 * 3_600, ..NOON };
    assert!(assumptions.ride_seconds(2_000.0, CourierKind::Car, rush) > at_noon);
}

#[test]
fn a_ride_over_the_hour_is_ridden_at_both_speeds() {
    let assumptions = Assumptions::default();
    let minute_to_four = Moment { epoch_seconds: NOON.epoch_seconds + 4 * 3_600 - 60, ..NOON };
    let in_the_minute = 60.0 * 8.0 * 0.85;
    let seconds = assumptions.ride_seconds(in_the_minute + 560.0, CourierKind::Car, minute_to_four);
    assert!((seconds - (60.0 + 560.0 / (8.0 * 0.7))).abs() < 1e-9);
}

#[test]
fn who_leaves_later_never_arrives_earlier() {
    let assumptions = Assumptions::default();
    let arrives = |minute: i64| {
        let leaving = Moment { epoch_seconds: NOON.epoch_seconds + minute * 60, ..NOON };
        (minute * 60) as f64 + assumptions.ride_seconds(9_000.0, CourierKind::Bicycle, leaving)
    };
    assert!((0..1_440).all(|minute| arrives(minute) <= arrives(minute + 1)));
}

#[test]
fn a_longer_way_a_longer_queue_and_a_higher_floor_never_make_it_shorter() {
    let base = seconds(&quoted());
    let further = Trip { route_metres: Some(2_500.0), ..trip() };
    let higher = Trip { floor: 9, ..trip() };
    let queue = Now { store_queue: 4, ..quiet() };
    let no_courier = Now { orders_waiting: 12, ..quiet() };
    assert!(seconds(&Quoted { trip: further, ..quoted() }) > base);
    assert!(seconds(&Quoted { trip: higher, ..quoted() }) > base);
    assert!(seconds(&Quoted { now: queue, ..quoted() }) > base);
    assert!(seconds(&Quoted { now: no_courier, usual_preparation_seconds: 60.0, ..quoted() }) > base - 540.0);
}

#[test]
fn the_courier_costs_only_what_he_is_later_than_the_bottles() {
    let near = Assigned {
        at: NOON,
        trip: trip(),
        now: quiet(),
        promised_preparation_seconds: 900.0,
        since_accepted_seconds: 300.0,
        ready: false,
        courier: courier(),
    };
    let on_the_way = Courier { metres_ahead: Some(3_000.0), ..courier() };
    let far = Courier { metres_ahead: Some(12_000.0), ..courier() };
    assert_eq!(seconds(&near), seconds(&Assigned { courier: on_the_way, ..near }));
    assert!(seconds(&near) < seconds(&Assigned { courier: far, ..near }));
    assert!(seconds(&Assigned { ready: true, ..near }) < seconds(&near) - 599.0);
}

#[test]
fn the_crow_is_asked_when_the_router_was_not() {
    let crow = Trip { route_metres: None, ..trip() };
    let metres = SHOP.metres_to(DOOR) * Assumptions::default().detour;
    let routed = Trip { route_metres: Some(metres), ..trip() };
    assert_eq!(seconds(&Quoted { trip: crow, ..quoted() }), seconds(&Quoted { trip: routed, ..quoted() }));
}

#[test]
fn the_terms_are_named_and_add_up() {
    let model = Model::<Accepted>::untrained(Assumptions::default()).unwrap();
    let accepted = Accepted {
        at: NOON,
        trip: trip(),
        now: quiet(),
        usual_preparation_seconds: 600.0,
        promised_preparation_seconds: 1_200.0,
    };
    let estimate = model.predict(&accepted, &Calibration::default()).unwrap();
    let names: Vec<_> = estimate.terms.iter().map(|term| term.name).collect();
    assert_eq!(names, ["preparation", "courier", "pickup", "ride", "door", "correction", "calibration"]);
    let sum: f64 = estimate.terms.iter().map(|term| term.seconds).sum();
    assert!((sum - estimate.p50_seconds).abs() < 1e-6);
    assert_eq!(estimate.terms[0].seconds, 1_200.0);
    assert!((estimate.p90_seconds / estimate.p50_seconds - 1.4).abs() < 1e-6);
}

#[test]
fn the_wall_clock_of_the_store_says_which_hour_it_is() {
    assert_eq!((NOON.hour(), NOON.weekday()), (12, 0));
    let in_london = Moment { utc_offset_minutes: 0, ..NOON };
    assert_eq!(in_london.hour(), 20);
}
