//! How long a leg takes: asked of whoever knows, here answered by speed alone.

use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;

use crate::time::Seconds;

/// Travel times between places. A map, a matrix or a model of traffic can stand behind it.
pub trait Travel {
    /// Seconds from door to door, without any service time. Never negative.
    fn seconds(&self, from: Point, to: Point, vehicle: Vehicle) -> Seconds;
}

/// The great circle times a detour factor, at a vehicle's mean speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StraightLine {
    /// Streets over the great circle; 1.3 to 1.4 in gridded cities.
    pub detour: f64,
}

impl Default for StraightLine {
    fn default() -> Self {
        Self { detour: 1.35 }
    }
}

/// Mean speeds in a city with its lights, in metres a minute: 15, 20 and 22 km/h.
const fn city_speed(vehicle: Vehicle) -> f64 {
    match vehicle {
        Vehicle::Bicycle => 250.0,
        Vehicle::Scooter => 333.0,
        Vehicle::Car => 367.0,
    }
}

impl Travel for StraightLine {
    fn seconds(&self, from: Point, to: Point, vehicle: Vehicle) -> Seconds {
        let metres = f64::from(from.metres_to(to)) * self.detour;
        (metres / city_speed(vehicle) * 60.0).ceil() as Seconds
    }
}

/// Seconds that a courier spends at a store and at a door beside the ride.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ServiceTimes {
    /// From the arrival until the goods are in hand, if they are ready.
    pub before_pickup: Seconds,
    pub after_pickup: Seconds,
    /// From the arrival until the hand-over.
    pub before_drop: Seconds,
    pub after_drop: Seconds,
}
