//! Seconds from first principles: every number stands in [`Assumptions`], every part of the sum has a name.

use crate::check::within;
use crate::features::{Courier, Now, Trip};
use crate::{Accepted, Assigned, Building, CourierKind, EtaError, Moment, PickedUp, Place, Quoted};

/// One part of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Term {
    pub name: &'static str,
    pub seconds: f64,
}

/// What physics takes for granted. A model keeps the assumptions that it was trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumptions {
    /// On foot, bicycle, scooter, car: on an empty street.
    pub metres_per_second: [f64; 4],
    /// Part of that speed which is left in each hour of the day.
    pub speed_left_by_hour: [f64; 24],
    /// Street metres for each metre of the crow.
    pub detour: f64,
    pub acceptance_seconds: f64,
    pub seconds_each_queued_order: f64,
    /// From where a courier comes who is not known yet.
    pub approach_metres: f64,
    /// From one order to the next, of one courier.
    pub courier_cycle_seconds: f64,
    pub pickup_seconds: f64,
    /// A door that comes first, without the way to it.
    pub stop_seconds: f64,
    pub door_seconds: f64,
    /// Besides the door: unknown, house, apartments, tower, office.
    pub building_seconds: [f64; 5],
    pub floor_seconds: f64,
    pub id_check_seconds: f64,
    /// p90 over p50 as long as nothing has been learnt.
    pub untrained_spread: f64,
}

impl Default for Assumptions {
    fn default() -> Self {
        let mut speed_left_by_hour = [1.0; 24];
        for (hours, left) in [(7..10, 0.75), (10..16, 0.85), (16..19, 0.7), (19..22, 0.85)] {
            speed_left_by_hour[hours].fill(left);
        }
        Self {
            metres_per_second: [1.4, 4.2, 6.5, 8.0],
            speed_left_by_hour,
            detour: 1.35,
            acceptance_seconds: 60.0,
            seconds_each_queued_order: 120.0,
            approach_metres: 1_500.0,
            courier_cycle_seconds: 1_500.0,
            pickup_seconds: 90.0,
            stop_seconds: 180.0,
            door_seconds: 60.0,
            building_seconds: [60.0, 20.0, 90.0, 150.0, 120.0],
            floor_seconds: 6.0,
            id_check_seconds: 40.0,
            untrained_spread: 1.4,
        }
    }
}

impl Assumptions {
    pub(crate) const COUNT: usize = 44;

    /// All numbers in the order in which they are kept.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let scalars = [
            self.detour,
            self.acceptance_seconds,
            self.seconds_each_queued_order,
            self.approach_metres,
            self.courier_cycle_seconds,
            self.pickup_seconds,
            self.stop_seconds,
            self.door_seconds,
            self.floor_seconds,
            self.id_check_seconds,
            self.untrained_spread,
        ];
        [&self.metres_per_second[..], &self.speed_left_by_hour, &self.building_seconds, &scalars].concat()
    }

    pub(crate) fn from_numbers(numbers: &[f64]) -> Option<Self> {
        let (speeds, rest) = numbers.split_first_chunk::<4>()?;
        let (hours, rest) = rest.split_first_chunk::<24>()?;
        let (buildings, rest) = rest.split_first_chunk::<5>()?;
        let &[detour, acceptance, queued, approach, cycle, pickup, stop, door, floor, id_check, spread] = rest else {
            return None;
        };
        Some(Self {
            metres_per_second: *speeds,
            speed_left_by_hour: *hours,
            building_seconds: *buildings,
            detour,
            acceptance_seconds: acceptance,
            seconds_each_queued_order: queued,
            approach_metres: approach,
            courier_cycle_seconds: cycle,
            pickup_seconds: pickup,
            stop_seconds: stop,
            door_seconds: door,
            floor_seconds: floor,
            id_check_seconds: id_check,
            untrained_spread: spread,
        })
    }

    pub(crate) fn check(&self) -> Result<(), EtaError> {
        self.metres_per_second.iter().try_for_each(|&speed| within("metres_per_second", speed, 0.5, 50.0))?;
        self.speed_left_by_hour.iter().try_for_each(|&left| within("speed_left_by_hour", left, 0.05, 2.0))?;
        self.building_seconds.iter().try_for_each(|&seconds| within("building_seconds", seconds, 0.0, 3_600.0))?;
        within("detour", self.detour, 1.0, 5.0)?;
        within("untrained_spread", self.untrained_spread, 1.0, 10.0)?;
        within("approach_metres", self.approach_metres, 0.0, 50_000.0)?;
        within("door_seconds", self.door_seconds, 1.0, 3_600.0)?;
        [
            ("acceptance_seconds", self.acceptance_seconds),
            ("seconds_each_queued_order", self.seconds_each_queued_order),
            ("courier_cycle_seconds", self.courier_cycle_seconds),
            ("pickup_seconds", self.pickup_seconds),
            ("stop_seconds", self.stop_seconds),
            ("floor_seconds", self.floor_seconds),
            ("id_check_seconds", self.id_check_seconds),
        ]
        .into_iter()
        .try_for_each(|(field, seconds)| within(field, seconds, 0.0, 7_200.0))
    }

    /// The router's metres, or the crow's, stretched.
    pub fn way_metres(&self, routed_metres: Option<f64>, from: Place, to: Place) -> f64 {
        routed_metres.unwrap_or_else(|| from.metres_to(to) * self.detour)
    }

    /// Each part of the way at the speed of the hour in which it is ridden, so that who leaves later never arrives earlier.
    pub fn ride_seconds(&self, metres: f64, kind: CourierKind, leaving: Moment) -> f64 {
        let (mut left_metres, mut seconds, mut at) = (metres, 0.0, leaving);
        loop {
            let speed = self.metres_per_second[kind as usize] * self.speed_left_by_hour[at.hour()];
            let hour_seconds = at.seconds_left_of_hour();
            if left_metres <= speed * hour_seconds {
                return seconds + left_metres / speed;
            }
            left_metres -= speed * hour_seconds;
            seconds += hour_seconds;
            at = at.after(hour_seconds);
        }
    }

    pub fn preparation_seconds(&self, usual_seconds: f64, queue: u32) -> f64 {
        usual_seconds + f64::from(queue) * self.seconds_each_queued_order
    }

    /// Until a courier who is not known yet is at the store; he is taken to ride a scooter.
    pub fn approach_seconds(&self, now: &Now, at: Moment) -> f64 {
        let ahead = f64::from(now.orders_waiting.saturating_sub(now.couriers_free));
        let round = self.courier_cycle_seconds * ahead / f64::from(now.couriers_free.max(1) + 2);
        round.min(self.courier_cycle_seconds) + self.ride_seconds(self.approach_metres, CourierKind::Scooter, at)
    }

    pub fn door_seconds(&self, building: Building, floor: u8, id_check: bool) -> f64 {
        self.door_seconds
            + self.building_seconds[building as usize]
            + self.floor_seconds * f64::from(floor)
            + if id_check { self.id_check_seconds } else { 0.0 }
    }

    fn door(&self, trip: &Trip) -> Term {
        Term { name: "door", seconds: self.door_seconds(trip.building, trip.floor, trip.id_check) }
    }

    fn stops(&self, courier: &Courier) -> f64 {
        f64::from(courier.stops_before) * self.stop_seconds
    }

    /// Preparation, what the courier is later than it, the pickup, the ride and the door.
    fn store_to_door(&self, at: Moment, trip: &Trip, packed_in: f64, courier_in: f64, kind: CourierKind) -> Vec<Term> {
        let late = (courier_in - packed_in).max(0.0);
        let leaving = at.after(packed_in + late + self.pickup_seconds);
        let metres = self.way_metres(trip.route_metres, trip.store_at, trip.door_at);
        vec![
            Term { name: "preparation", seconds: packed_in },
            Term { name: "courier", seconds: late },
            Term { name: "pickup", seconds: self.pickup_seconds },
            Term { name: "ride", seconds: self.ride_seconds(metres, kind, leaving) },
            self.door(trip),
        ]
    }

    pub(crate) fn quoted(&self, quoted: &Quoted) -> Vec<Term> {
        let packed_in = self.preparation_seconds(quoted.usual_preparation_seconds, quoted.now.store_queue);
        let courier_in = self.approach_seconds(&quoted.now, quoted.at);
        let mut terms = vec![Term { name: "acceptance", seconds: self.acceptance_seconds }];
        let accepted_at = quoted.at.after(self.acceptance_seconds);
        terms.extend(self.store_to_door(accepted_at, &quoted.trip, packed_in, courier_in, CourierKind::Scooter));
        terms
    }

    pub(crate) fn accepted(&self, accepted: &Accepted) -> Vec<Term> {
        let courier_in = self.approach_seconds(&accepted.now, accepted.at);
        let packed_in = accepted.promised_preparation_seconds;
        self.store_to_door(accepted.at, &accepted.trip, packed_in, courier_in, CourierKind::Scooter)
    }

    pub(crate) fn assigned(&self, assigned: &Assigned) -> Vec<Term> {
        let courier = &assigned.courier;
        let metres = self.way_metres(courier.metres_ahead, courier.at, assigned.trip.store_at);
        let courier_in = self.ride_seconds(metres, courier.kind, assigned.at) + self.stops(courier);
        let left = (assigned.promised_preparation_seconds - assigned.since_accepted_seconds).max(0.0);
        let packed_in = if assigned.ready { 0.0 } else { left };
        self.store_to_door(assigned.at, &assigned.trip, packed_in, courier_in, courier.kind)
    }

    pub(crate) fn picked_up(&self, picked_up: &PickedUp) -> Vec<Term> {
        let courier = &picked_up.courier;
        let metres = self.way_metres(courier.metres_ahead, courier.at, picked_up.trip.door_at);
        vec![
            Term { name: "stops", seconds: self.stops(courier) },
            Term { name: "ride", seconds: self.ride_seconds(metres, courier.kind, picked_up.at) },
            self.door(&picked_up.trip),
        ]
    }
}
