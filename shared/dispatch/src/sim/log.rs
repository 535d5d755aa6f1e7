//! What happened on a simulated day, stop by stop: what the checker judges and the report sums up.

use crate::time::Time;

/// A place of the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Where this courier comes on shift.
    Start(usize),
    Store(usize),
    Door(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    pub from: Node,
    pub to: Node,
    pub depart: Time,
    pub arrive: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pickup {
    pub order: usize,
    pub at: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drop {
    pub order: usize,
    pub at: Time,
    /// When the offer said it would be.
    pub said: Time,
}

/// An accepted offer as it was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub courier: usize,
    pub assigned_at: Time,
    pub legs: Vec<Leg>,
    pub pickups: Vec<Pickup>,
    /// In the sequence of the doors.
    pub drops: Vec<Drop>,
    /// When the courier is free again.
    pub end: Time,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayLog {
    /// Each courier's trips are in the sequence in which they were carried out.
    pub trips: Vec<Trip>,
    pub offers: u32,
    pub declines: u32,
    pub broadcasts: u32,
    pub decisions: u32,
}
