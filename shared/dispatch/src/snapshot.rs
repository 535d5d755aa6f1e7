//! What a decision sees: open orders, couriers, and what was offered before. Nothing else enters it but the policy and the time.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sipstr_domain::delivery::Vehicle;
use sipstr_domain::geo::Point;
use sipstr_domain::money::Money;
use sipstr_domain::{CourierId, OrderId, StoreId};

use crate::acceptance::AcceptanceModel;
use crate::error::DispatchError;
use crate::time::{Seconds, Time};

/// What a courier may carry or do, and what an order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Skills(pub u16);

impl Skills {
    pub const NONE: Self = Self(0);
    /// The certificate that the law asks of whoever hands over alcohol.
    pub const ALCOHOL_LICENCE: Self = Self(1);
    /// A vehicle and a back that carry kegs and crates.
    pub const HEAVY_GOODS: Self = Self(2);

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn cover(self, needs: Self) -> bool {
        self.0 & needs.0 == needs.0
    }
}

/// When an order is expected on the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyEstimate {
    pub at: Time,
    /// Standard deviation of the estimate; 0 once it is ready, or where the store never errs.
    pub spread: Seconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Declined,
    TimedOut,
}

/// An offer of the past that led to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastOffer {
    pub courier: CourierId,
    pub at: Time,
    pub answer: Answer,
}

/// An offer that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingOffer {
    pub courier: CourierId,
    pub expires_at: Time,
}

/// An order without a courier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenOrder {
    pub id: OrderId,
    pub store: StoreId,
    pub pickup: Point,
    pub door: Point,
    pub placed_at: Time,
    pub ready: ReadyEstimate,
    /// When the customer was told it would come.
    pub promised_by: Time,
    /// In the units of [`CourierState::capacity`], such as bottles.
    pub load: u32,
    pub needs: Skills,
    pub pending: Option<PendingOffer>,
    pub past: Vec<PastOffer>,
}

/// What a courier has been offered, has done and has earned on this shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRecord {
    pub offers: u32,
    pub declines: u32,
    pub orders: u32,
    pub earned: Money,
    /// Since when there is nothing to do; `None` while under way.
    pub idle_since: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CourierState {
    pub id: CourierId,
    pub vehicle: Vehicle,
    /// Where and when the next assignment can begin: here and now, or where the present one will end.
    pub next_free: Point,
    pub next_free_at: Time,
    pub shift_start: Time,
    /// Nothing is picked up later than this; what was picked up is still brought.
    pub shift_end: Time,
    pub skills: Skills,
    pub capacity: u32,
    pub record: ShiftRecord,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub orders: Vec<OpenOrder>,
    pub couriers: Vec<CourierState>,
    pub acceptance: AcceptanceModel,
}

/// Instants further away than this are a mistake of whoever made the snapshot; it keeps sums of times far from overflow.
const FAR: u64 = 10 * 366 * 86_400;

/// Orders and couriers of one snapshot; a zone has hundreds.
const LARGEST: usize = 20_000;

impl Snapshot {
    /// Refuses what no arithmetic could make sense of.
    pub fn check(&self, now: Time) -> Result<(), DispatchError> {
        let size = self.orders.len().saturating_add(self.couriers.len());
        if size > LARGEST {
            return Err(DispatchError::TooMany(size));
        }
        self.check_orders(now)?;
        self.check_couriers(now)?;
        if self.acceptance.is_usable() { Ok(()) } else { Err(DispatchError::Model) }
    }

    fn check_orders(&self, now: Time) -> Result<(), DispatchError> {
        let mut orders = HashSet::with_capacity(self.orders.len());
        for order in &self.orders {
            for (of, place) in [("store", order.pickup), ("door", order.door)] {
                if !on_earth(place) {
                    return Err(DispatchError::OrderPlace { order: order.id.clone(), of });
                }
            }
            for (of, time) in [
                ("placing", order.placed_at),
                ("ready time", order.ready.at),
                ("ready time's spread", now + order.ready.spread),
                ("promise", order.promised_by),
            ] {
                if !near(time, now) {
                    return Err(DispatchError::OrderTime { order: order.id.clone(), of });
                }
            }
            if !orders.insert(&order.id) {
                return Err(DispatchError::OrderTwice(order.id.clone()));
            }
        }
        Ok(())
    }

    fn check_couriers(&self, now: Time) -> Result<(), DispatchError> {
        let mut couriers = HashSet::with_capacity(self.couriers.len());
        for courier in &self.couriers {
            if !on_earth(courier.next_free) {
                return Err(DispatchError::CourierPlace(courier.id.clone()));
            }
            let idle = courier.record.idle_since.unwrap_or(now);
            for (of, time) in [
                ("next free time", courier.next_free_at),
                ("shift's start", courier.shift_start),
                ("shift's end", courier.shift_end),
                ("idle time", idle),
            ] {
                if !near(time, now) {
                    return Err(DispatchError::CourierTime { courier: courier.id.clone(), of });
                }
            }
            if !couriers.insert(&courier.id) {
                return Err(DispatchError::CourierTwice(courier.id.clone()));
            }
        }
        Ok(())
    }
}

fn near(time: Time, now: Time) -> bool {
    (time - now).unsigned_abs() < FAR
}

/// A point can be written field by field, so that one that was never checked may arrive here.
fn on_earth(place: Point) -> bool {
    Point::new(place.lat, place.lng).is_ok()
}
