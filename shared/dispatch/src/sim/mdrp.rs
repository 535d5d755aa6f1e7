//! Reads instances of the Meal Delivery Routing Problem (Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil 2018; repository
//! grubhub/mdrplib) from a folder that is named at run time. The data has no licence and is no part of this repository.

use std::collections::HashMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;
use sipstr_domain::money::Currency;
use sipstr_domain::{CourierId, OrderId, StoreId};

use super::instance::{Courier, Instance, Order, Store};
use crate::policy::PayRule;
use crate::snapshot::Skills;
use crate::time::{Seconds, Time};
use crate::travel::{ServiceTimes, Travel};

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{path} cannot be read")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path}, line {line}: {what}")]
    Line { path: PathBuf, line: usize, what: &'static str },
    #[error("{path}, line {line}: restaurant {name} is not in restaurants.txt")]
    UnknownRestaurant { path: PathBuf, line: usize, name: String },
    #[error("{path} holds no parameters")]
    NoParameters { path: PathBuf },
}

/// Metres of a degree on the sphere of the Earth's mean radius. The instances lie on a plane in metres, without a zone: they are laid
/// around 0° N 0° E, where a degree of longitude is as long as one of latitude, and found again exactly by rounding.
const METRES_A_DEGREE: f64 = 111_195.080_233_53;

/// In minutes.
const DAY: f64 = 1_440.0;

/// Rides of an instance: the plane's distance at one speed, rounded up to the minute.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    pub metres_per_minute: f64,
}

impl Plane {
    fn point(x: f64, y: f64) -> Option<Point> {
        Point::new(y / METRES_A_DEGREE, x / METRES_A_DEGREE).ok()
    }

    fn metres(point: Point) -> (f64, f64) {
        ((point.lng * METRES_A_DEGREE).round(), (point.lat * METRES_A_DEGREE).round())
    }
}

impl Travel for Plane {
    fn seconds(&self, from: Point, to: Point, _: Vehicle) -> Seconds {
        let ((x1, y1), (x2, y2)) = (Self::metres(from), Self::metres(to));
        let (dx, dy) = (x1 - x2, y1 - y2);
        (((dx * dx + dy * dy).sqrt() / self.metres_per_minute).ceil() * 60.0) as Seconds
    }
}

/// A file of tab-separated lines under one header.
struct Table {
    path: PathBuf,
    text: String,
}

struct Row<'a> {
    path: &'a Path,
    line: usize,
    fields: Vec<&'a str>,
}

impl Table {
    fn open(folder: &Path, name: &str) -> Result<Self, ReadError> {
        let path = folder.join(name);
        let text = fs::read_to_string(&path).map_err(|source| ReadError::File { path: path.clone(), source })?;
        Ok(Self { path, text })
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let lines = self.text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(number, line)| Row { path: &self.path, line: number + 1, fields: line.split('\t').collect() })
    }
}

impl<'a> Row<'a> {
    fn wrong(&self, what: &'static str) -> ReadError {
        ReadError::Line { path: self.path.to_owned(), line: self.line, what }
    }

    fn text(&self, column: usize) -> Result<&'a str, ReadError> {
        self.fields.get(column).map(|field| field.trim()).ok_or_else(|| self.wrong("a column is missing"))
    }

    /// NaN is in no range.
    fn number(&self, column: usize, range: RangeInclusive<f64>) -> Result<f64, ReadError> {
        let number: f64 = self.text(column)?.parse().map_err(|_| self.wrong("a number was expected"))?;
        if range.contains(&number) { Ok(number) } else { Err(self.wrong("a number is out of range")) }
    }

    fn time(&self, column: usize) -> Result<Time, ReadError> {
        let minutes = self.number(column, -DAY..=7.0 * DAY)?;
        if minutes.fract() == 0.0 {
            Ok(Time::minutes(minutes as i64))
        } else {
            Err(self.wrong("whole minutes were expected"))
        }
    }

    fn place(&self, x: usize, y: usize) -> Result<Point, ReadError> {
        // Only near the equator a plane is nearly a sphere.
        let near = -1e6..=1e6;
        let (x, y) = (self.number(x, near.clone())?.round(), self.number(y, near)?.round());
        Plane::point(x, y).ok_or_else(|| self.wrong("a number is out of range"))
    }
}

/// Reads the instance of one folder, such as `…/public_instances/0o100t100s1p100`.
pub fn read(folder: &Path) -> Result<Instance, ReadError> {
    let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let parameters = Table::open(folder, "instance_parameters.txt")?;
    let row = parameters.rows().next().ok_or_else(|| ReadError::NoParameters { path: parameters.path.clone() })?;
    let metres_per_minute = row.number(0, 1.0..=1e5)?;
    let half = |column| Ok::<Seconds, ReadError>((row.number(column, 0.0..=DAY)? * 30.0) as Seconds);
    let (pickup, drop) = (half(1)?, half(2)?);
    let minor = |column| Ok::<i64, ReadError>((row.number(column, 0.0..=1e6)? * 100.0).round() as i64);
    let pay = PayRule { per_order: minor(5)?, guaranteed_per_hour: minor(6)?, currency: Currency::Usd };
    let promise = (row.number(3, 0.0..=DAY)? * 60.0) as Seconds;
    let stores = read_stores(&Table::open(folder, "restaurants.txt")?, &name)?;
    let orders = read_orders(&Table::open(folder, "orders.txt")?, &name, &stores)?;
    let couriers = read_couriers(&Table::open(folder, "couriers.txt")?, &name)?;
    Ok(Instance {
        name,
        stores,
        orders,
        couriers,
        travel: Box::new(Plane { metres_per_minute }),
        service: ServiceTimes { before_pickup: pickup, after_pickup: pickup, before_drop: drop, after_drop: drop },
        pay,
        promise,
        whims: None,
    })
}

fn read_stores(table: &Table, instance: &str) -> Result<Vec<Store>, ReadError> {
    let store = |row: Row<'_>| {
        let name = row.text(0)?.to_owned();
        Ok(Store { id: StoreId::derive(&[instance, &name]), at: row.place(1, 2)?, name })
    };
    table.rows().map(store).collect()
}

fn read_orders(table: &Table, instance: &str, stores: &[Store]) -> Result<Vec<Order>, ReadError> {
    let by_name: HashMap<&str, usize> = stores.iter().enumerate().map(|(i, store)| (store.name.as_str(), i)).collect();
    let order = |row: Row<'_>| {
        let name = row.text(0)?.to_owned();
        let restaurant = row.text(4)?;
        let store = *by_name.get(restaurant).ok_or_else(|| ReadError::UnknownRestaurant {
            path: row.path.to_owned(),
            line: row.line,
            name: restaurant.to_owned(),
        })?;
        let ready = row.time(5)?;
        Ok(Order {
            id: OrderId::derive(&[instance, &name]),
            name,
            store,
            door: row.place(1, 2)?,
            placed_at: row.time(3)?,
            ready_said: ready,
            ready_spread: 0,
            ready_at: ready,
            load: 1,
            needs: Skills::NONE,
        })
    };
    let mut orders: Vec<Order> = table.rows().map(order).collect::<Result<_, ReadError>>()?;
    orders.sort_by_key(|order| order.placed_at);
    Ok(orders)
}

fn read_couriers(table: &Table, instance: &str) -> Result<Vec<Courier>, ReadError> {
    let courier = |row: Row<'_>| {
        let name = row.text(0)?.to_owned();
        let (on, off) = (row.time(3)?, row.time(4)?);
        if off < on {
            return Err(row.wrong("a shift ends before it starts"));
        }
        Ok(Courier {
            id: CourierId::derive(&[instance, &name]),
            name,
            vehicle: Vehicle::Car,
            start: row.place(1, 2)?,
            on,
            off,
            skills: Skills::NONE,
            capacity: u32::MAX,
        })
    };
    table.rows().map(courier).collect()
}
