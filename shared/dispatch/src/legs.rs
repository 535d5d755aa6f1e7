//! Travel times between everything a decision may join, asked for once each.

use std::cell::Cell;
use std::collections::HashMap;

use sipstr_domain::StoreId;
use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;

use crate::snapshot::{CourierState, OpenOrder};
use crate::time::Seconds;
use crate::travel::Travel;

/// Nodes are numbered: couriers first, then doors, then stores.
pub(crate) struct Legs<'a> {
    travel: &'a dyn Travel,
    points: Vec<Point>,
    couriers: usize,
    doors: usize,
    store_of: Vec<u16>,
    tables: Vec<(Vehicle, Vec<Cell<i32>>)>,
}

const UNKNOWN: i32 = -1;

/// With more places than this, asking again is cheaper than remembering.
const LARGEST_TABLE: usize = 4_096;

impl<'a> Legs<'a> {
    pub fn new(couriers: &[&CourierState], orders: &[&OpenOrder], travel: &'a dyn Travel) -> Self {
        let mut points: Vec<Point> = couriers.iter().map(|courier| courier.next_free).collect();
        points.extend(orders.iter().map(|order| order.door));
        let mut known: HashMap<&StoreId, u16> = HashMap::new();
        let mut store_of = Vec::with_capacity(orders.len());
        for order in orders {
            let next = known.len() as u16;
            store_of.push(*known.entry(&order.store).or_insert_with(|| {
                points.push(order.pickup);
                next
            }));
        }
        let mut tables: Vec<(Vehicle, Vec<Cell<i32>>)> = vec![];
        for courier in couriers {
            if points.len() <= LARGEST_TABLE && tables.iter().all(|(vehicle, _)| *vehicle != courier.vehicle) {
                tables.push((courier.vehicle, vec![Cell::new(UNKNOWN); points.len() * points.len()]));
            }
        }
        Self { travel, points, couriers: couriers.len(), doors: orders.len(), store_of, tables }
    }

    pub fn store_of(&self, order: u16) -> u16 {
        self.store_of[usize::from(order)]
    }

    pub fn courier(&self, courier: usize) -> usize {
        courier
    }

    pub fn door(&self, order: u16) -> usize {
        self.couriers + usize::from(order)
    }

    pub fn store(&self, order: u16) -> usize {
        self.couriers + self.doors + usize::from(self.store_of(order))
    }

    pub fn seconds(&self, from: usize, to: usize, vehicle: Vehicle) -> Seconds {
        let Some((_, table)) = self.tables.iter().find(|(of, _)| *of == vehicle) else {
            return self.ask(from, to, vehicle);
        };
        let cell = &table[from * self.points.len() + to];
        if cell.get() == UNKNOWN {
            cell.set(self.ask(from, to, vehicle) as i32);
        }
        Seconds::from(cell.get())
    }

    /// Nobody is kept by a map that errs: a ride takes between nothing and two days.
    fn ask(&self, from: usize, to: usize, vehicle: Vehicle) -> Seconds {
        self.travel.seconds(self.points[from], self.points[to], vehicle).clamp(0, 2 * 86_400)
    }
}
