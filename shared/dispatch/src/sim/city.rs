//! A city of our own, shaped like San Francisco: neighbourhoods with stores and doors, an evening's demand, shifts that overlap, couriers
//! with a mind of their own, and rides and counters that differ from what was said. All of it follows from a seed.

use fastrand::Rng;
use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;
use sipstr_domain::money::Currency;
use sipstr_domain::{CourierId, OrderId, StoreId};

use super::instance::{Courier, Instance, Order, Store, Whims};
use crate::policy::PayRule;
use crate::snapshot::Skills;
use crate::time::Time;
use crate::travel::{ServiceTimes, StraightLine};

/// How large a day is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City {
    pub stores: usize,
    pub orders: usize,
    pub couriers: usize,
    pub seed: u64,
}

impl Default for City {
    fn default() -> Self {
        Self { stores: 40, orders: 600, couriers: 90, seed: 1 }
    }
}

/// Latitude, longitude and weight of where people live and stores are.
const NEIGHBOURHOODS: [(f64, f64, f64); 12] = [
    (37.7599, -122.4148, 3.0), // Mission
    (37.7785, -122.3975, 2.5), // South of Market
    (37.7609, -122.4350, 1.5), // Castro
    (37.8003, -122.4370, 1.5), // Marina
    (37.8006, -122.4103, 1.5), // North Beach
    (37.7692, -122.4481, 1.2), // Haight
    (37.7532, -122.4946, 1.5), // Outer Sunset
    (37.7800, -122.4800, 1.5), // Richmond
    (37.7502, -122.4337, 1.0), // Noe Valley
    (37.7841, -122.4330, 1.2), // Western Addition
    (37.7600, -122.3920, 0.8), // Dogpatch
    (37.7230, -122.4560, 0.8), // Ingleside
];

/// Weights of the hours from noon to midnight: a small lunch, a long evening.
const DEMAND: [f64; 12] = [1.0, 1.2, 1.0, 0.9, 1.3, 2.2, 3.2, 3.8, 3.6, 3.0, 2.2, 1.2];
const OPENS: i64 = 12 * 60;
/// The last shifts end three quarters of an hour after the last order.
const CLOSES: i64 = 24 * 60 + 45;

fn pick(weights: impl Iterator<Item = f64> + Clone, rng: &mut Rng) -> usize {
    let mut left = rng.f64() * weights.clone().sum::<f64>();
    for (index, weight) in weights.enumerate() {
        left -= weight;
        if left <= 0.0 {
            return index;
        }
    }
    0
}

fn normal(rng: &mut Rng) -> f64 {
    (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (std::f64::consts::TAU * rng.f64()).cos()
}

/// Somewhere around a neighbourhood's middle, within the city's edges.
fn place(spread: f64, rng: &mut Rng) -> Point {
    let (lat, lng, _) = NEIGHBOURHOODS[pick(NEIGHBOURHOODS.iter().map(|(_, _, weight)| *weight), rng)];
    Point {
        lat: (lat + spread * normal(rng)).clamp(37.708, 37.808),
        lng: (lng + spread * 1.26 * normal(rng)).clamp(-122.510, -122.386),
    }
}

/// Makes the day.
pub fn synthetic(city: &City) -> Instance {
    let mut rng = Rng::with_seed(city.seed);
    let tag = format!("city-{}", city.seed);
    let stores: Vec<Store> = (0..city.stores.max(1))
        .map(|i| {
            let name = format!("s{i}");
            Store { id: StoreId::derive(&[&tag, &name]), at: place(0.004, &mut rng), name }
        })
        .collect();
    let mut orders: Vec<Order> = (0..city.orders).map(|i| order(i, &tag, &stores, &mut rng)).collect();
    orders.sort_by(|a, b| (a.placed_at, &a.name).cmp(&(b.placed_at, &b.name)));
    let couriers = (0..city.couriers).map(|i| courier(i, &tag, &mut rng)).collect();
    Instance {
        name: tag,
        stores,
        orders,
        couriers,
        travel: Box::new(StraightLine::default()),
        // Who hands over alcohol looks at an ID.
        service: ServiceTimes { before_pickup: 120, after_pickup: 60, before_drop: 150, after_drop: 60 },
        pay: PayRule { per_order: 800, guaranteed_per_hour: 1_800, currency: Currency::Usd },
        promise: 40 * 60,
        whims: Some(Whims { ride_spread: 0.2, accept: [2.6, -0.8, -1.0, 0.0], answer_after: 15.0, ignored: 0.03 }),
    }
}

fn order(index: usize, tag: &str, stores: &[Store], rng: &mut Rng) -> Order {
    let door = place(0.009, rng);
    // Customers see the stores near them: one of the nearest five.
    let mut near: Vec<usize> = (0..stores.len()).collect();
    near.sort_by_key(|store| door.metres_to(stores[*store].at));
    near.truncate(5);
    let store = near[rng.usize(..near.len())];
    let hour = pick(DEMAND.iter().copied(), rng) as i64;
    let placed_at = Time((OPENS + hour * 60) * 60 + rng.i64(0..3_600));
    // Picking takes minutes, not a kitchen's half hour.
    let said = (300.0 * (0.35 * normal(rng)).exp()) as i64;
    let real = (said as f64 * (0.25 * normal(rng)).exp()) as i64;
    let heavy = rng.f64() < 0.08;
    let name = format!("o{index}");
    Order {
        id: OrderId::derive(&[tag, &name]),
        name,
        store,
        door,
        placed_at,
        ready_said: placed_at + said,
        ready_spread: said / 4,
        ready_at: placed_at + real,
        load: if heavy { 20 } else { rng.u32(1..=6) },
        needs: if heavy { Skills::ALCOHOL_LICENCE.with(Skills::HEAVY_GOODS) } else { Skills::ALCOHOL_LICENCE },
    }
}

fn courier(index: usize, tag: &str, rng: &mut Rng) -> Courier {
    // In minutes from the opening: some for the day, most for the evening, some until the last order is brought.
    let length = rng.i64(16..=24) * 15;
    let begin = match pick([0.3, 0.45, 0.25].into_iter(), rng) {
        0 => rng.i64(0..=4) * 15,
        1 => 240 + rng.i64(0..=12) * 15,
        _ => CLOSES - OPENS - length,
    };
    let vehicle = [Vehicle::Bicycle, Vehicle::Scooter, Vehicle::Car][pick([0.35, 0.25, 0.4].into_iter(), rng)];
    let (on, off) = (OPENS + begin, (OPENS + begin + length).min(CLOSES));
    let mut skills = if rng.f64() < 0.9 { Skills::ALCOHOL_LICENCE } else { Skills::NONE };
    if vehicle == Vehicle::Car {
        skills = skills.with(Skills::HEAVY_GOODS);
    }
    let name = format!("c{index}");
    Courier {
        id: CourierId::derive(&[tag, &name]),
        name,
        vehicle,
        start: place(0.012, rng),
        on: Time::minutes(on),
        off: Time::minutes(off),
        skills,
        capacity: match vehicle {
            Vehicle::Bicycle => 12,
            Vehicle::Scooter => 18,
            Vehicle::Car => 60,
        },
    }
}
