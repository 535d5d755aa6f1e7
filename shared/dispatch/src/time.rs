//! Instants in whole seconds: what a decision is computed in.

use std::ops::{Add, Sub};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

/// A length of time in seconds.
pub type Seconds = i64;

impl Time {
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60)
    }

    /// Minutes since `earlier`; negative where that is yet to come.
    pub fn minutes_since(self, earlier: Time) -> f64 {
        (self - earlier) as f64 / 60.0
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at.as_second())
    }
}

impl Add<Seconds> for Time {
    type Output = Time;

    fn add(self, seconds: Seconds) -> Time {
        Time(self.0.saturating_add(seconds))
    }
}

impl Sub<Seconds> for Time {
    type Output = Time;

    fn sub(self, seconds: Seconds) -> Time {
        Time(self.0.saturating_sub(seconds))
    }
}

impl Sub<Time> for Time {
    type Output = Seconds;

    fn sub(self, earlier: Time) -> Seconds {
        self.0.saturating_sub(earlier.0)
    }
}
