//! Where an address lies.

mod google;

use futures::FutureExt;
use futures::future::BoxFuture;
use sipstr_domain::geo::Point;

pub use google::GoogleMaps;

/// An address as people write it, on the parts that a map knows.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub line1: &'a str,
    pub city: &'a str,
    pub region: &'a str,
    pub postal_code: &'a str,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
}

/// Personal: where somebody lives reaches no log.
impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

/// A service that knows where addresses lie.
pub trait Maps: Send + Sync + std::fmt::Debug {
    /// The door of an address; `None` where it is not known, or known only roughly.
    fn door<'a>(&'a self, place: Place<'a>) -> BoxFuture<'a, Result<Option<Point>, MapsError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum MapsError {
    #[error("the map service cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    #[error("the map service refuses us: {0}")]
    Refused(String),
}

/// Where no service is set: no address is known.
#[derive(Debug, Clone, Copy)]
pub struct Offline;

impl Maps for Offline {
    fn door<'a>(&'a self, _: Place<'a>) -> BoxFuture<'a, Result<Option<Point>, MapsError>> {
        async { Ok(None) }.boxed()
    }
}

/// Metres between the pin and the door of one address: a large estate, a wrong side of a park, and no other town.
const MOST_APART: u32 = 2_000;

/// Whether a pin that a person set may stand for this door.
pub fn agree(pin: Point, door: Point) -> bool {
    pin.metres_to(door) <= MOST_APART
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_in_another_town_is_another_place() {
        let ferry_building = Point::new(37.7955, -122.3937).unwrap();
        assert!(agree(Point::new(37.7935, -122.3950).unwrap(), ferry_building));
        assert!(!agree(Point::new(37.8044, -122.2712).unwrap(), ferry_building), "Oakland is across the bay");
    }
}
