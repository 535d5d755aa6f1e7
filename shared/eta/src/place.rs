//! Where, when, and what kind: the small types that features are made of.

use serde::{Deserialize, Serialize};

use crate::EtaError;
use crate::check::{instant, within};

/// The area by which estimates are calibrated, such as the number of an H3 cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Zone(pub u64);

/// A store, by any stable number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Store(pub u64);

/// A point in degrees (WGS 84). It is checked when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub latitude_degrees: f64,
    pub longitude_degrees: f64,
}

impl Place {
    pub(crate) fn check(self) -> Result<(), EtaError> {
        within("latitude_degrees", self.latitude_degrees, -90.0, 90.0)?;
        within("longitude_degrees", self.longitude_degrees, -180.0, 180.0)
    }

    /// Great-circle distance (haversine, mean radius of the Earth).
    pub fn metres_to(self, other: Self) -> f64 {
        const MEAN_RADIUS_METRES: f64 = 6_371_008.8;
        let (phi, other_phi) = (self.latitude_degrees.to_radians(), other.latitude_degrees.to_radians());
        let half_phi = (phi - other_phi) / 2.0;
        let half_lambda = (self.longitude_degrees - other.longitude_degrees).to_radians() / 2.0;
        let h = half_phi.sin().powi(2) + phi.cos() * other_phi.cos() * half_lambda.sin().powi(2);
        2.0 * MEAN_RADIUS_METRES * h.sqrt().min(1.0).asin()
    }
}

/// An instant, and how far the wall clock of the store is from UTC: streets follow the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    pub epoch_seconds: i64,
    pub utc_offset_minutes: i16,
}

impl Moment {
    pub(crate) fn check(self) -> Result<(), EtaError> {
        instant("epoch_seconds", self.epoch_seconds)?;
        within("utc_offset_minutes", f64::from(self.utc_offset_minutes), -840.0, 840.0)
    }

    fn local_seconds(self) -> i64 {
        self.epoch_seconds.saturating_add(i64::from(self.utc_offset_minutes) * 60)
    }

    pub fn hour(self) -> usize {
        (self.local_seconds().rem_euclid(86_400) / 3_600) as usize
    }

    /// Monday is 0. The first of January 1970 was a Thursday.
    pub fn weekday(self) -> usize {
        (self.local_seconds().div_euclid(86_400) + 3).rem_euclid(7) as usize
    }

    pub(crate) fn seconds_left_of_hour(self) -> f64 {
        (3_600 - self.local_seconds().rem_euclid(3_600)) as f64
    }

    pub(crate) fn after(self, seconds: f64) -> Self {
        Self { epoch_seconds: self.epoch_seconds.saturating_add(seconds as i64), ..self }
    }
}

/// What the courier has to get through between the kerb and the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Building {
    Unknown,
    House,
    Apartments,
    Tower,
    Office,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourierKind {
    OnFoot,
    Bicycle,
    Scooter,
    Car,
}
