//! The truth about the city: zones, shops, couriers, and what rides and doors really take.

use fastrand::Rng;
use sipstr_eta::{Assumptions, Building, CourierKind, Moment, Place, Store, Trip};

use super::normal;

const ZONES: usize = 8;
const SHOPS: usize = 40;
const CENTRE: Place = Place { latitude_degrees: 37.76, longitude_degrees: -122.44 };
const METRES_EACH_DEGREE: f64 = 111_195.0;

pub struct District {
    pub centre: Place,
    pub detour: f64,
    pub parking_seconds: f64,
    slowness: f64,
    /// How much of the speed is lost at the worst of the morning, of the evening, and of a Friday or Saturday night.
    rush: [f64; 3],
    towers: f64,
}

pub struct Shop {
    pub key: Store,
    pub zone: usize,
    pub at: Place,
    pub declared_seconds: f64,
    pub slowness: f64,
    pub slower_evenings: f64,
    pub seconds_each_queued: f64,
    pub optimism: f64,
}

#[derive(Clone, Copy)]
pub struct Rider {
    pub place: Place,
    pub free_at: i64,
    pub kind: CourierKind,
    slowness: f64,
}

pub struct Streets {
    pub zones: Vec<District>,
    pub shops: Vec<Shop>,
    pub riders: Vec<Rider>,
    assumptions: Assumptions,
}

/// The median is 1.
pub fn lognormal(random: &mut Rng, spread: f64) -> f64 {
    (spread * normal(random)).exp()
}

pub fn exponential(random: &mut Rng, mean: f64) -> f64 {
    -mean * (1.0 - random.f64()).ln()
}

pub fn around(random: &mut Rng, centre: Place, spread_metres: f64) -> Place {
    moved(centre, spread_metres * normal(random), spread_metres * normal(random))
}

fn moved(from: Place, north_metres: f64, east_metres: f64) -> Place {
    Place {
        latitude_degrees: from.latitude_degrees + north_metres / METRES_EACH_DEGREE,
        longitude_degrees: from.longitude_degrees
            + east_metres / (METRES_EACH_DEGREE * from.latitude_degrees.to_radians().cos()),
    }
}

impl District {
    fn new(random: &mut Rng, number: usize) -> Self {
        let (north, east) = ((number / 4) as f64 * 2_200.0, (number % 4) as f64 * 2_200.0);
        Self {
            centre: moved(CENTRE, north, east),
            detour: 1.2 + 0.4 * random.f64(),
            parking_seconds: 30.0 + 90.0 * random.f64(),
            slowness: lognormal(random, 0.12),
            rush: [0.1 + 0.3 * random.f64(), 0.15 + 0.35 * random.f64(), 0.4 * random.f64()],
            towers: random.f64() * 0.35,
        }
    }

    pub fn building(&self, random: &mut Rng) -> (Building, u8) {
        match random.f64() {
            part if part < self.towers => (Building::Tower, random.u8(5..35)),
            part if part < self.towers + 0.08 => (Building::Office, random.u8(0..15)),
            part if part < self.towers + 0.4 => (Building::Apartments, random.u8(0..6)),
            part if part < self.towers + 0.45 => (Building::Unknown, 0),
            _ => (Building::House, 0),
        }
    }

    fn speed_left(&self, at: Moment) -> f64 {
        let hour = at.hour() as f64 + 0.5;
        let bump = |peak: f64, width: f64| (-((hour - peak) / width).powi(2)).exp();
        let night = if matches!(at.weekday(), 4 | 5) { self.rush[2] * bump(22.0, 1.5) } else { 0.0 };
        1.0 - (self.rush[0] * bump(8.5, 1.5) + self.rush[1] * bump(17.5, 2.0) + night).min(0.75)
    }
}

impl Shop {
    fn new(random: &mut Rng, number: usize, zones: &[District]) -> Self {
        let zone = number % zones.len();
        let declared = [300.0, 480.0, 600.0, 720.0, 900.0];
        Self {
            key: Store(1_000 + number as u64),
            zone,
            at: around(random, zones[zone].centre, 700.0),
            declared_seconds: declared[random.usize(0..declared.len())],
            slowness: 1.1 * lognormal(random, 0.3),
            slower_evenings: if random.bool() { 1.0 + 0.4 * random.f64() } else { 1.0 },
            seconds_each_queued: 60.0 + 120.0 * random.f64(),
            optimism: 1.05 * lognormal(random, 0.2),
        }
    }
}

impl Streets {
    pub fn new(random: &mut Rng, orders_each_day: usize) -> Self {
        let zones: Vec<District> = (0..ZONES).map(|number| District::new(random, number)).collect();
        let shops = (0..SHOPS).map(|number| Shop::new(random, number, &zones)).collect();
        let start = |random: &mut Rng| {
            let zone = random.usize(0..ZONES);
            around(random, zones[zone].centre, 800.0)
        };
        let rider = |random: &mut Rng| Rider {
            place: start(random),
            free_at: 0,
            kind: match random.f64() {
                part if part < 0.05 => CourierKind::OnFoot,
                part if part < 0.35 => CourierKind::Bicycle,
                part if part < 0.7 => CourierKind::Scooter,
                _ => CourierKind::Car,
            },
            slowness: lognormal(random, 0.1),
        };
        let riders = (0..(orders_each_day / 13).max(8)).map(|_| rider(random)).collect();
        Self { zones, shops, riders, assumptions: Assumptions::default() }
    }

    /// On a dry day.
    pub fn ride_seconds(&self, random: &mut Rng, zone: usize, rider: &Rider, metres: f64, leaving: Moment) -> f64 {
        let district = &self.zones[zone];
        let speed = self.assumptions.metres_per_second[rider.kind as usize] * district.speed_left(leaving);
        metres / speed * district.slowness * rider.slowness * lognormal(random, 0.13)
    }

    pub fn at_the_door(&self, random: &mut Rng, trip: &Trip, hour: usize) -> f64 {
        let walk = match trip.building {
            Building::House => 50.0,
            Building::Apartments => 130.0 + 10.0 * f64::from(trip.floor),
            Building::Tower => 220.0 + 4.0 * f64::from(trip.floor),
            Building::Office if hour >= 18 => 300.0,
            Building::Office => 150.0,
            Building::Unknown => 110.0,
        };
        let id_seen = if trip.id_check { 20.0 + 40.0 * random.f64() } else { 0.0 };
        let nobody = if random.f64() < 0.04 { 120.0 + 480.0 * random.f64() } else { 0.0 };
        walk * lognormal(random, 0.4) + id_seen + nobody
    }
}
