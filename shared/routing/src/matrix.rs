//! Distances and travel times between places, which are numbered from 0.

const MEAN_EARTH_RADIUS: f64 = 6_371_008.8;
const DAY: f64 = 86_400.0;

/// What lies between places. The solver reads every pair that a problem uses once and keeps it in an array of its own.
pub trait Matrix {
    /// How many places there are.
    fn places(&self) -> usize;

    /// The way in metres (or in whatever unit the costs are meant).
    fn distance(&self, from: usize, to: usize) -> f64;

    /// The time on the way in seconds when one leaves at `depart`, on the clock of the problem's windows.
    fn duration(&self, from: usize, to: usize, depart: f64) -> f64;
}

impl<M: Matrix + ?Sized> Matrix for &M {
    fn places(&self) -> usize {
        (**self).places()
    }

    fn distance(&self, from: usize, to: usize) -> f64 {
        (**self).distance(from, to)
    }

    fn duration(&self, from: usize, to: usize, depart: f64) -> f64 {
        (**self).duration(from, to, depart)
    }
}

/// Straight lines in a plane at one unit a second: the convention of the Li & Lim benchmark, in double precision.
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    pub points: Vec<(f64, f64)>,
}

impl Matrix for Exact {
    fn places(&self) -> usize {
        self.points.len()
    }

    fn distance(&self, from: usize, to: usize) -> f64 {
        let ((x1, y1), (x2, y2)) = (self.points[from], self.points[to]);
        ((x1 - x2).powi(2) + (y1 - y2).powi(2)).sqrt()
    }

    fn duration(&self, from: usize, to: usize, _depart: f64) -> f64 {
        self.distance(from, to)
    }
}

/// Great circles on a sphere, stretched by what streets add to them, ridden at a speed of the hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Haversine {
    /// Latitude and longitude in degrees.
    pub points: Vec<(f64, f64)>,
    /// Metres on the road for a metre through the air; 1.3 to 1.4 in cities with a grid.
    pub detour: f64,
    pub speed: SpeedProfile,
}

impl Matrix for Haversine {
    fn places(&self) -> usize {
        self.points.len()
    }

    fn distance(&self, from: usize, to: usize) -> f64 {
        let ((lat1, lng1), (lat2, lng2)) = (self.points[from], self.points[to]);
        let (phi1, phi2) = (lat1.to_radians(), lat2.to_radians());
        let half_phi = (phi2 - phi1) / 2.0;
        let half_lambda = (lng2 - lng1).to_radians() / 2.0;
        let h = half_phi.sin().powi(2) + phi1.cos() * phi2.cos() * half_lambda.sin().powi(2);
        // Unlike `min`, `clamp` lets a coordinate that is no number stay one that can be refused.
        self.detour * 2.0 * MEAN_EARTH_RADIUS * h.sqrt().clamp(0.0, 1.0).asin()
    }

    fn duration(&self, from: usize, to: usize, depart: f64) -> f64 {
        self.distance(from, to) / self.speed.at(depart)
    }
}

/// Metres a second by the time of day.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedProfile {
    slots: Vec<f64>,
}

impl SpeedProfile {
    pub fn constant(metres_per_second: f64) -> Self {
        Self { slots: vec![metres_per_second] }
    }

    /// Slots of equal length that divide the day, the first one from second 0 of the problem's clock (modulo a day).
    /// A profile without slots stands still; the solver refuses it as a duration that is no number.
    pub fn daily(slots: Vec<f64>) -> Self {
        Self { slots }
    }

    pub fn at(&self, second: f64) -> f64 {
        let share = second.rem_euclid(DAY) / DAY;
        let slot = (share * self.slots.len() as f64) as usize;
        self.slots.get(slot.min(self.slots.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_block_is_as_long_as_a_map_says() {
        // Dolores Park to Twin Peaks in San Francisco: 2.3 km through the air.
        let points = vec![(37.759_6, -122.426_9), (37.754_4, -122.447_7)];
        let matrix = Haversine { points, detour: 1.0, speed: SpeedProfile::constant(5.0) };
        assert!((matrix.distance(0, 1) - 1_917.0).abs() < 20.0, "{}", matrix.distance(0, 1));
        assert!((matrix.duration(0, 1, 0.0) - matrix.distance(0, 1) / 5.0).abs() < 1e-9);
    }

    #[test]
    fn the_evening_is_slower_than_the_morning() {
        let speed = SpeedProfile::daily(vec![6.0, 6.0, 5.0, 3.0]);
        assert_eq!(speed.at(3_600.0), 6.0);
        assert_eq!(speed.at(19.0 * 3_600.0), 3.0);
        assert_eq!(speed.at(-1.0), 3.0);
        assert_eq!(speed.at(DAY * 20_000.0), 6.0);
    }
}
