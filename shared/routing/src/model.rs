//! The problem as the caller states it, and a plan as sequences of visits. Times are seconds on one clock of the
//! caller's choice; couriers, jobs and places are named by their index.

use std::ops::BitOr;

use crate::matrix::Matrix;

#[derive(Debug, Clone, PartialEq)]
pub struct Problem<M> {
    pub couriers: Vec<Courier>,
    pub jobs: Vec<Job>,
    pub matrix: M,
    /// When the plan is made. Travel times are those of a departure at this moment.
    pub now: f64,
    pub prices: Prices,
}

impl<M: Matrix> Problem<M> {
    pub fn new(couriers: Vec<Courier>, jobs: Vec<Job>, matrix: M) -> Self {
        Self { couriers, jobs, matrix, now: 0.0, prices: Prices::default() }
    }
}

/// What being on the way costs. Lateness has its price at each stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    pub per_metre: f64,
    /// A second of travel (not of waiting or service).
    pub per_second: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Self { per_metre: 1.0, per_second: 0.0 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Courier {
    /// The place where the courier is when the shift (or the rest of it) starts.
    pub start: usize,
    pub end: End,
    pub shift: Window,
    /// How much fits into the vehicle, in the unit of [`Job::demand`].
    pub capacity: u32,
    pub skills: Skills,
    /// The cost of using this courier at all.
    pub fixed_cost: f64,
}

/// How a tour ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At the last door.
    Open,
    /// At this place, whose way back counts.
    At(usize),
}

/// When something may begin. For a shift: when it starts, when it should end, and when it must.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Whoever comes earlier waits.
    pub open: f64,
    /// From here on lateness is priced.
    pub due: f64,
    /// Nothing begins after this; infinite where lateness is only priced.
    pub close: f64,
    /// The price of a second after `due`.
    pub late_price: f64,
}

impl Window {
    /// Must begin within.
    pub fn hard(open: f64, close: f64) -> Self {
        Self { open, due: close, close, late_price: 0.0 }
    }

    /// Should begin before `due`; each second after it has a price.
    pub fn soft(open: f64, due: f64, late_price: f64) -> Self {
        Self { open, due, close: f64::INFINITY, late_price }
    }

    /// May begin at any time from `open`.
    pub fn from(open: f64) -> Self {
        Self { open, due: f64::INFINITY, close: f64::INFINITY, late_price: 0.0 }
    }
}

/// Certificates and equipment as a set of bits; what a bit means is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skills(pub u64);

impl Skills {
    pub const NONE: Self = Self(0);

    /// The skill of bit `index` (modulo 64).
    pub fn bit(index: u32) -> Self {
        Self(1 << (index % 64))
    }

    pub fn include(self, required: Self) -> bool {
        self.0 & required.0 == required.0
    }
}

impl BitOr for Skills {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Something that is fetched at one place and brought to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub origin: Origin,
    pub delivery: Stop,
    pub demand: u32,
    pub skills: Skills,
    /// Only this courier may do it, as when an offer was accepted.
    pub only: Option<usize>,
    /// What leaving it out of the plan costs. A job whose cheapest place costs more is left out, unless it is on board.
    pub penalty: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// To be picked up there; the window opens when it is ready.
    Pickup(Stop),
    /// Already on this courier's vehicle: it stays there until it is delivered.
    OnBoard(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    pub place: usize,
    pub window: Window,
    /// Seconds that it takes once it has begun.
    pub service: f64,
}

/// Who goes where in which order. Jobs that stand in no route are not done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub courier: usize,
    pub visits: Vec<Visit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visit {
    Pickup(usize),
    Delivery(usize),
}

impl Visit {
    pub fn job(self) -> usize {
        match self {
            Self::Pickup(job) | Self::Delivery(job) => job,
        }
    }
}
