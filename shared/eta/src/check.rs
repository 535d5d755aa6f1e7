//! Ranges of what may be asked. A number outside of them, or none at all (NaN), is a mistake of the caller.

use crate::EtaError;

/// Longer ways are not ridden in an evening.
pub(crate) const MOST_METRES: f64 = 200_000.0;
pub(crate) const MOST_SECONDS: f64 = 4.0 * 3_600.0;
pub(crate) const MOST_ORDERS: f64 = 10_000.0;
/// The year 2200.
const LAST_SECOND: f64 = 7_258_118_400.0;

pub(crate) fn within(field: &'static str, found: f64, least: f64, most: f64) -> Result<(), EtaError> {
    // A NaN is in no range.
    if (least..=most).contains(&found) { Ok(()) } else { Err(EtaError::OutOfRange { field, least, most, found }) }
}

pub(crate) fn instant(field: &'static str, epoch_seconds: i64) -> Result<(), EtaError> {
    within(field, epoch_seconds as f64, 0.0, LAST_SECOND)
}
