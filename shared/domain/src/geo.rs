//! Places on Earth: points, distances, and the H3 cells under which stores and couriers are found.

use std::str::FromStr;

use h3o::{LatLng as H3LatLng, Resolution};
use serde::{Deserialize, Serialize};

/// A point in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    #[schema(minimum = -90, maximum = 90, example = 37.7749)]
    pub lat: f64,
    #[schema(minimum = -180, maximum = 180, example = -122.4194)]
    pub lng: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `latitude,longitude` in degrees")]
pub struct InvalidPoint;

impl Point {
    pub fn new(lat: f64, lng: f64) -> Result<Self, InvalidPoint> {
        if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lng) {
            Ok(Self { lat, lng })
        } else {
            Err(InvalidPoint)
        }
    }

    /// Great-circle distance in metres on a sphere of the Earth's mean radius (haversine; within 0.6 % of the ellipsoid).
    pub fn metres_to(self, other: Self) -> u32 {
        const MEAN_RADIUS: f64 = 6_371_008.8;
        let (phi1, phi2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_phi = (phi2 - phi1) / 2.0;
        let half_lambda = (other.lng - self.lng).to_radians() / 2.0;
        let h = half_phi.sin().powi(2) + phi1.cos() * phi2.cos() * half_lambda.sin().powi(2);
        (2.0 * MEAN_RADIUS * h.sqrt().min(1.0).asin()).round() as u32
    }

    /// The cell under which a store or a courier is filed: about 253 km², 10 km from centre to corner.
    pub fn cell(self) -> Cell {
        let point = H3LatLng::new(self.lat, self.lng).expect("a point is checked when it is made");
        Cell(point.to_cell(Resolution::Five))
    }
}

impl FromStr for Point {
    type Err = InvalidPoint;

    fn from_str(text: &str) -> Result<Self, InvalidPoint> {
        let (lat, lng) = text.split_once(',').ok_or(InvalidPoint)?;
        let parse = |part: &str| part.trim().parse::<f64>().map_err(|_| InvalidPoint);
        Self::new(parse(lat)?, parse(lng)?)
    }
}

/// An H3 cell of resolution 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell(h3o::CellIndex);

impl Cell {
    /// This cell and its six neighbours: whatever lies within 8 km of a point of this cell is in one of them.
    pub fn neighbourhood(self) -> Vec<Cell> {
        self.0.grid_disk::<Vec<_>>(1).into_iter().map(Cell).collect()
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_match_known_ones() {
        let ferry_building = Point::new(37.7955, -122.3937).unwrap();
        let city_hall = Point::new(37.7793, -122.4193).unwrap();
        assert!((2_800..2_950).contains(&ferry_building.metres_to(city_hall)));
        assert_eq!(city_hall.metres_to(city_hall), 0);
    }

    #[test]
    fn a_near_place_is_in_the_neighbourhood() {
        let here = Point::new(37.7793, -122.4193).unwrap();
        let cells = here.cell().neighbourhood();
        assert_eq!(cells.len(), 7);
        for (lat, lng) in [(0.04, 0.0), (-0.04, 0.0), (0.0, 0.05), (0.0, -0.05)] {
            assert!(cells.contains(&Point::new(here.lat + lat, here.lng + lng).unwrap().cell()));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "1", "91,0", "0,181", "a,b", "NaN,0", "1,2,3"] {
            assert_eq!(text.parse::<Point>(), Err(InvalidPoint), "{text}");
        }
    }
}
