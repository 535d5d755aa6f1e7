//! What is known at each stage of an order, and nothing else. A field that is missing here is missing on purpose.

use serde::{Deserialize, Serialize};

use crate::check::{MOST_METRES, MOST_ORDERS, MOST_SECONDS, within};
use crate::{Building, CourierKind, EtaError, Moment, Place, Store, Zone};

/// Known from the cart on, and true until the end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    pub zone: Zone,
    pub store: Store,
    pub store_at: Place,
    pub door_at: Place,
    /// From the store to the door, by the router; without it the crow's way is stretched.
    pub route_metres: Option<f64>,
    pub building: Building,
    pub floor: u8,
    pub id_check: bool,
    pub bottles: u16,
}

impl Trip {
    pub(crate) fn check(&self) -> Result<(), EtaError> {
        self.store_at.check()?;
        self.door_at.check()?;
        way("route_metres", self.route_metres, self.store_at, self.door_at)
    }
}

/// How busy it is at the moment of asking.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Orders that the store has accepted and not yet packed.
    pub store_queue: u32,
    pub couriers_free: u32,
    /// Orders of the zone without a courier.
    pub orders_waiting: u32,
    /// Rides of the zone in about the last hour: actual over expected time. None when there were none.
    pub recent_pace: Option<f64>,
}

impl Now {
    pub(crate) fn check(&self) -> Result<(), EtaError> {
        within("store_queue", f64::from(self.store_queue), 0.0, MOST_ORDERS)?;
        within("couriers_free", f64::from(self.couriers_free), 0.0, MOST_ORDERS)?;
        within("orders_waiting", f64::from(self.orders_waiting), 0.0, MOST_ORDERS)?;
        pace(self.recent_pace)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Courier {
    pub at: Place,
    pub kind: CourierKind,
    /// Doors of other orders that come first.
    pub stops_before: u8,
    /// The way still to ride, over those doors, by the router: to the store before the pickup, to the door after it.
    pub metres_ahead: Option<f64>,
}

impl Courier {
    fn check(&self, towards: Place) -> Result<(), EtaError> {
        self.at.check()?;
        way("metres_ahead", self.metres_ahead, self.at, towards)
    }
}

/// Before anything is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    pub at: Moment,
    pub trip: Trip,
    pub now: Now,
    /// What the store says that an order takes when nothing else waits.
    pub usual_preparation_seconds: f64,
}

/// The store has accepted, and said how long it will take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub at: Moment,
    pub trip: Trip,
    pub now: Now,
    pub usual_preparation_seconds: f64,
    pub promised_preparation_seconds: f64,
}

/// A courier has taken the order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Assigned {
    pub at: Moment,
    pub trip: Trip,
    pub now: Now,
    pub promised_preparation_seconds: f64,
    pub since_accepted_seconds: f64,
    /// The store has said that the order is packed.
    pub ready: bool,
    pub courier: Courier,
}

/// Only the way and the door are left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PickedUp {
    pub at: Moment,
    pub trip: Trip,
    pub recent_pace: Option<f64>,
    pub courier: Courier,
}

impl Quoted {
    pub(crate) fn check_fields(&self) -> Result<(), EtaError> {
        self.at.check()?;
        self.trip.check()?;
        self.now.check()?;
        within("usual_preparation_seconds", self.usual_preparation_seconds, 0.0, MOST_SECONDS)
    }
}

impl Accepted {
    pub(crate) fn check_fields(&self) -> Result<(), EtaError> {
        self.at.check()?;
        self.trip.check()?;
        self.now.check()?;
        within("usual_preparation_seconds", self.usual_preparation_seconds, 0.0, MOST_SECONDS)?;
        within("promised_preparation_seconds", self.promised_preparation_seconds, 0.0, MOST_SECONDS)
    }
}

impl Assigned {
    pub(crate) fn check_fields(&self) -> Result<(), EtaError> {
        self.at.check()?;
        self.trip.check()?;
        self.now.check()?;
        self.courier.check(self.trip.store_at)?;
        within("promised_preparation_seconds", self.promised_preparation_seconds, 0.0, MOST_SECONDS)?;
        within("since_accepted_seconds", self.since_accepted_seconds, 0.0, 2.0 * MOST_SECONDS)
    }
}

impl PickedUp {
    pub(crate) fn check_fields(&self) -> Result<(), EtaError> {
        self.at.check()?;
        self.trip.check()?;
        self.courier.check(self.trip.door_at)?;
        pace(self.recent_pace)
    }
}

fn pace(pace: Option<f64>) -> Result<(), EtaError> {
    pace.map_or(Ok(()), |pace| within("recent_pace", pace, 0.1, 10.0))
}

fn way(field: &'static str, metres: Option<f64>, from: Place, to: Place) -> Result<(), EtaError> {
    within(field, metres.unwrap_or_else(|| from.metres_to(to)), 0.0, MOST_METRES)
}
