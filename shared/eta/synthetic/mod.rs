//! A made-up city whose deliveries are told like real ones, for tests and the benchmark.
//!
//! Physics does not know here what it does not know of a real city: how long each store really takes, which streets are slow at which hour, rain, which
//! courier is quick, how long a tower takes; and part of everything is chance, which nobody can know. It is no evidence about any real city.

mod streets;

use fastrand::Rng;
use sipstr_eta::{Accepted, Assigned, Assumptions, Courier, DeliveryRecord, Moment, Now, PickedUp, Quoted, Trip, Zone};

use streets::{Rider, Shop, Streets, around, exponential, lognormal};

/// Monday, 4 January 2027, midnight in a city eight hours behind UTC.
pub const FIRST_MIDNIGHT: i64 = 1_799_049_600;
const UTC_OFFSET_MINUTES: i16 = -480;
pub const DAY: i64 = 86_400;

#[derive(Clone, Copy)]
pub struct City {
    pub seed: u64,
    pub days: i64,
    pub orders_each_day: usize,
    /// From this day on every ride takes so many times as long.
    pub shift: Option<(i64, f64)>,
}

/// What is going on while the orders come in.
struct Life {
    random: Rng,
    streets: Streets,
    assumptions: Assumptions,
    /// Of each shop: accepted and ready.
    kitchens: Vec<Vec<(i64, i64)>>,
    /// Of each zone: placed and assigned.
    waiting: Vec<Vec<(i64, i64)>>,
    /// Of each zone: arrived, and actual over expected ride.
    rides: Vec<Vec<(i64, f64)>>,
}

/// What a day is like.
struct Day {
    midnight: i64,
    slowness: f64,
}

impl City {
    /// In the order of the quotes.
    pub fn deliveries(&self) -> Vec<DeliveryRecord> {
        let mut random = Rng::with_seed(self.seed);
        let streets = Streets::new(&mut random, self.orders_each_day);
        let (shops, zones) = (streets.shops.len(), streets.zones.len());
        let mut life = Life {
            random,
            streets,
            assumptions: Assumptions::default(),
            kitchens: vec![Vec::new(); shops],
            waiting: vec![Vec::new(); zones],
            rides: vec![Vec::new(); zones],
        };
        (0..self.days).flat_map(|day| self.day(&mut life, day)).collect()
    }

    fn day(&self, life: &mut Life, day: i64) -> Vec<DeliveryRecord> {
        let rain = if life.random.f64() < 0.2 { 1.1 + 0.3 * life.random.f64() } else { 1.0 };
        let shifted = self.shift.filter(|&(from, _)| day >= from).map_or(1.0, |(_, times)| times);
        let today = Day { midnight: FIRST_MIDNIGHT + day * DAY, slowness: rain * shifted };
        let busy = if day % 7 >= 4 { 1.35 } else { 0.85 } * if rain > 1.0 { 1.2 } else { 1.0 };
        let orders = (self.orders_each_day as f64 * busy * (0.9 + 0.2 * life.random.f64())) as usize;
        let mut placed: Vec<i64> = (0..orders).map(|_| today.midnight + second_of_order(&mut life.random)).collect();
        placed.sort_unstable();
        placed.into_iter().map(|at| life.deliver(&today, at)).collect()
    }
}

/// A little at noon, most in the evening.
fn second_of_order(random: &mut Rng) -> i64 {
    let hour = if random.f64() < 0.3 { 13.0 + 1.7 * normal(random) } else { 19.5 + 1.8 * normal(random) };
    (hour.clamp(10.0, 23.5) * 3_600.0) as i64
}

pub(crate) fn normal(random: &mut Rng) -> f64 {
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (std::f64::consts::TAU * random.f64()).cos()
}

fn moment(epoch_seconds: i64) -> Moment {
    Moment { epoch_seconds, utc_offset_minutes: UTC_OFFSET_MINUTES }
}

impl Life {
    fn trip(&mut self) -> (Trip, usize, f64) {
        let zone = self.random.usize(0..self.streets.zones.len());
        let own = self.random.f64() < 0.8;
        let shop = loop {
            let shop = self.random.usize(0..self.streets.shops.len());
            if !own || self.streets.shops[shop].zone == zone {
                break shop;
            }
        };
        let centre = self.streets.zones[zone].centre;
        let door_at = around(&mut self.random, centre, 900.0);
        let shop_at = self.streets.shops[shop].at;
        let metres = shop_at.metres_to(door_at) * self.streets.zones[zone].detour * lognormal(&mut self.random, 0.08);
        let (building, floor) = self.streets.zones[zone].building(&mut self.random);
        let trip = Trip {
            zone: Zone(zone as u64),
            store: self.streets.shops[shop].key,
            store_at: shop_at,
            door_at,
            route_metres: (self.random.f64() < 0.85).then_some(metres),
            building,
            floor,
            id_check: self.random.f64() < 0.8,
            bottles: 1 + exponential(&mut self.random, 3.0) as u16,
        };
        (trip, shop, metres)
    }

    fn now(&self, trip: &Trip, shop: usize, at: i64) -> Now {
        let open = |spans: &[(i64, i64)]| {
            spans.iter().rev().take(300).filter(|&&(from, until)| from <= at && at < until).count() as u32
        };
        let free = |rider: &&Rider| rider.free_at <= at && rider.place.metres_to(trip.store_at) < 2_500.0;
        Now {
            store_queue: open(&self.kitchens[shop]),
            couriers_free: self.streets.riders.iter().filter(free).count() as u32,
            orders_waiting: open(&self.waiting[trip.zone.0 as usize]),
            recent_pace: self.pace(trip.zone, at),
        }
    }

    /// The mean over the last hour, drawn towards 1 where there were few rides.
    fn pace(&self, zone: Zone, at: i64) -> Option<f64> {
        let rides = self.rides[zone.0 as usize].iter().rev().take(150);
        let (count, sum) = rides
            .filter(|(arrived, _)| (at - 3_600..=at).contains(arrived))
            .fold((0.0, 0.0), |(count, sum), (_, ratio)| (count + 1.0, sum + ratio));
        (count > 0.0).then(|| ((sum + 3.0) / (count + 3.0)).clamp(0.2, 5.0))
    }

    fn deliver(&mut self, today: &Day, placed: i64) -> DeliveryRecord {
        let (trip, shop, metres) = self.trip();
        let usual = self.streets.shops[shop].declared_seconds;
        let now = self.now(&trip, shop, placed);
        let quoted = Quoted { at: moment(placed), trip, now, usual_preparation_seconds: usual };

        let hesitation = 50.0 * lognormal(&mut self.random, 0.7) + 8.0 * f64::from(now.store_queue);
        let accepted_at = placed + hesitation as i64;
        let now = self.now(&trip, shop, accepted_at);
        let promised = self.streets.shops[shop].promise(&mut self.random, now.store_queue);
        let accepted = Accepted {
            at: moment(accepted_at),
            trip,
            now,
            usual_preparation_seconds: usual,
            promised_preparation_seconds: promised,
        };
        let hour = moment(accepted_at).hour();
        let packing = self.streets.shops[shop].packing(&mut self.random, hour, now.store_queue, trip.bottles);
        let ready_at = accepted_at + packing as i64;
        self.kitchens[shop].push((accepted_at, ready_at));

        let (assigned, rider, at_store) = self.assign(today, &accepted, shop, ready_at);
        self.waiting[trip.zone.0 as usize].push((placed, assigned.at.epoch_seconds));
        let handling = 70.0 * lognormal(&mut self.random, 0.4);
        let left_at = at_store.max(ready_at) + handling as i64;
        let (picked_up, arrived_at) = self.ride(today, &assigned, metres, rider, left_at);
        let handed_over_at =
            arrived_at + self.streets.at_the_door(&mut self.random, &trip, moment(arrived_at).hour()) as i64;
        self.streets.riders[rider].free_at = handed_over_at;
        self.streets.riders[rider].place = trip.door_at;
        DeliveryRecord {
            quoted,
            accepted,
            assigned,
            picked_up,
            ready_at_epoch_seconds: ready_at,
            arrived_at_epoch_seconds: arrived_at,
            handed_over_at_epoch_seconds: handed_over_at.max(left_at + 20),
        }
    }

    /// Who can be at the store first is asked; who is still on the way says yes shortly before he is free.
    fn assign(&mut self, today: &Day, accepted: &Accepted, shop: usize, ready_at: i64) -> (Assigned, usize, i64) {
        let trip = accepted.trip;
        let asked_at = accepted.at.epoch_seconds + (90.0 * lognormal(&mut self.random, 0.5)) as i64;
        let comes = |rider: &Rider| {
            let metres = self.assumptions.way_metres(None, rider.place, trip.store_at);
            rider.free_at.max(asked_at) + (metres / self.assumptions.metres_per_second[rider.kind as usize]) as i64
        };
        let riders = self.streets.riders.iter().enumerate();
        let number = riders.min_by_key(|(_, rider)| comes(rider)).map_or(0, |(number, _)| number);
        let rider = self.streets.riders[number];
        let at = asked_at.max(rider.free_at - 600);
        let busy_seconds = (rider.free_at - at).max(0) as f64;
        let to_store = self.assumptions.way_metres(None, rider.place, trip.store_at);
        let before = 0.6 * busy_seconds * self.assumptions.metres_per_second[rider.kind as usize];
        let courier = Courier {
            at: rider.place,
            kind: rider.kind,
            stops_before: u8::from(busy_seconds > 0.0),
            metres_ahead: Some(to_store + before),
        };
        let leaving = moment(at.max(rider.free_at));
        let zone = self.streets.shops[shop].zone;
        let rode = self.streets.ride_seconds(&mut self.random, zone, &rider, to_store, leaving) * today.slowness;
        let assigned = Assigned {
            at: moment(at),
            trip,
            now: self.now(&trip, shop, at),
            promised_preparation_seconds: accepted.promised_preparation_seconds,
            since_accepted_seconds: (at - accepted.at.epoch_seconds) as f64,
            ready: ready_at <= at,
            courier,
        };
        (assigned, number, leaving.epoch_seconds + rode as i64)
    }

    fn ride(&mut self, today: &Day, assigned: &Assigned, metres: f64, rider: usize, left_at: i64) -> (PickedUp, i64) {
        let (trip, rider) = (assigned.trip, self.streets.riders[rider]);
        let stops = u8::from(self.random.f64() < 0.15);
        let way = metres * (1.0 + f64::from(stops) * (0.2 + 0.4 * self.random.f64()));
        let zone = trip.zone.0 as usize;
        let mut rode = self.streets.ride_seconds(&mut self.random, zone, &rider, way, moment(left_at)) * today.slowness;
        rode += f64::from(stops) * 170.0 * lognormal(&mut self.random, 0.5);
        rode += self.streets.zones[zone].parking_seconds * lognormal(&mut self.random, 0.5);
        let expected = self.assumptions.ride_seconds(way, rider.kind, moment(left_at)).max(30.0)
            + f64::from(stops) * self.assumptions.stop_seconds;
        let arrived_at = left_at + rode as i64;
        let recent_pace = self.pace(trip.zone, left_at);
        self.rides[zone].push((arrived_at, rode / expected));
        let courier = Courier { at: trip.store_at, kind: rider.kind, stops_before: stops, metres_ahead: Some(way) };
        (PickedUp { at: moment(left_at), trip, recent_pace, courier }, arrived_at)
    }
}

impl Shop {
    /// What the clerk taps: his habit, and five minutes as the unit.
    fn promise(&self, random: &mut Rng, queue: u32) -> f64 {
        let thought = self.declared_seconds * self.optimism * lognormal(random, 0.1) + 75.0 * f64::from(queue);
        ((thought / 300.0).round() * 300.0).clamp(300.0, 7_200.0)
    }

    fn packing(&self, random: &mut Rng, hour: usize, queue: u32, bottles: u16) -> f64 {
        let evening = if (18..22).contains(&hour) { self.slower_evenings } else { 1.0 };
        let own = (self.declared_seconds * self.slowness + 6.0 * f64::from(bottles)) * evening;
        let others = f64::from(queue) * self.seconds_each_queued;
        (own * lognormal(random, 0.25) + others * lognormal(random, 0.2)).min(10_000.0)
    }
}
