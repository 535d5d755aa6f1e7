//! What a model needs of the features of a stage.

use crate::effects::Known;
use crate::features::{Courier, Now, Trip};
use crate::physics::Term;
use crate::table::Row;
use crate::{Accepted, Assigned, Assumptions, DeliveryRecord, EtaError, Moment, PickedUp, Quoted};

/// Kept in the bytes of models and calibrations, so that one stage is not answered by another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Quoted = 0,
    Accepted = 1,
    Assigned = 2,
    PickedUp = 3,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::Quoted {}
    impl Sealed for crate::Accepted {}
    impl Sealed for crate::Assigned {}
    impl Sealed for crate::PickedUp {}
}

/// Features of one stage. There are four, and there is no fifth from outside.
pub trait Features: Clone + std::fmt::Debug + PartialEq + sealed::Sealed {
    const STAGE: Stage;

    /// Every number is in its range.
    fn check(&self) -> Result<(), EtaError>;
    fn at(&self) -> Moment;
    fn trip(&self) -> &Trip;
    /// The parts of the way from now to the hand-over; none is negative.
    fn physics(&self, assumptions: &Assumptions) -> Vec<Term>;
    /// As they were seen when the order was at this stage.
    fn of(record: &DeliveryRecord) -> &Self;
    #[doc(hidden)]
    fn row(&self, physics: &[Term], known: Known) -> Row;
}

/// What every stage tells the trees.
fn common(at: Moment, trip: &Trip, physics: &[Term], known: Known) -> Row {
    let mut row = Row::default();
    row.push((at.epoch_seconds.saturating_add(i64::from(at.utc_offset_minutes) * 60)).rem_euclid(86_400) as f64);
    row.push(at.weekday() as f64);
    row.push(physics.iter().map(|term| term.seconds).sum());
    physics.iter().for_each(|term| row.push(term.seconds));
    row.push(f64::from(trip.building as u8));
    row.push(f64::from(trip.floor));
    row.push(f64::from(u8::from(trip.id_check)));
    row.push(f64::from(trip.bottles));
    row.push(f64::from(known.zone_ride));
    row
}

fn push_now(row: &mut Row, now: &Now) {
    row.push(f64::from(now.store_queue));
    row.push(f64::from(now.orders_waiting) - f64::from(now.couriers_free));
    row.push(pace(now.recent_pace));
}

fn push_courier(row: &mut Row, courier: &Courier) {
    row.push(f64::from(courier.kind as u8));
    row.push(f64::from(courier.stops_before));
}

/// Under any pace that can be given.
fn pace(recent: Option<f64>) -> f64 {
    recent.unwrap_or(0.0)
}

impl Features for Quoted {
    const STAGE: Stage = Stage::Quoted;

    fn check(&self) -> Result<(), EtaError> {
        self.check_fields()
    }
    fn at(&self) -> Moment {
        self.at
    }
    fn trip(&self) -> &Trip {
        &self.trip
    }
    fn physics(&self, assumptions: &Assumptions) -> Vec<Term> {
        assumptions.quoted(self)
    }
    fn of(record: &DeliveryRecord) -> &Self {
        &record.quoted
    }
    fn row(&self, physics: &[Term], known: Known) -> Row {
        let mut row = common(self.at, &self.trip, physics, known);
        push_now(&mut row, &self.now);
        row.push(self.usual_preparation_seconds);
        row.push(f64::from(known.store_against_usual));
        row
    }
}

impl Features for Accepted {
    const STAGE: Stage = Stage::Accepted;

    fn check(&self) -> Result<(), EtaError> {
        self.check_fields()
    }
    fn at(&self) -> Moment {
        self.at
    }
    fn trip(&self) -> &Trip {
        &self.trip
    }
    fn physics(&self, assumptions: &Assumptions) -> Vec<Term> {
        assumptions.accepted(self)
    }
    fn of(record: &DeliveryRecord) -> &Self {
        &record.accepted
    }
    fn row(&self, physics: &[Term], known: Known) -> Row {
        let mut row = common(self.at, &self.trip, physics, known);
        push_now(&mut row, &self.now);
        row.push(self.usual_preparation_seconds);
        row.push(f64::from(known.store_against_usual));
        row.push(f64::from(known.store_against_promise));
        row
    }
}

impl Features for Assigned {
    const STAGE: Stage = Stage::Assigned;

    fn check(&self) -> Result<(), EtaError> {
        self.check_fields()
    }
    fn at(&self) -> Moment {
        self.at
    }
    fn trip(&self) -> &Trip {
        &self.trip
    }
    fn physics(&self, assumptions: &Assumptions) -> Vec<Term> {
        assumptions.assigned(self)
    }
    fn of(record: &DeliveryRecord) -> &Self {
        &record.assigned
    }
    fn row(&self, physics: &[Term], known: Known) -> Row {
        let mut row = common(self.at, &self.trip, physics, known);
        push_now(&mut row, &self.now);
        push_courier(&mut row, &self.courier);
        row.push(self.promised_preparation_seconds);
        row.push(self.since_accepted_seconds);
        row.push(f64::from(u8::from(self.ready)));
        row.push(f64::from(known.store_against_promise));
        row
    }
}

impl Features for PickedUp {
    const STAGE: Stage = Stage::PickedUp;

    fn check(&self) -> Result<(), EtaError> {
        self.check_fields()
    }
    fn at(&self) -> Moment {
        self.at
    }
    fn trip(&self) -> &Trip {
        &self.trip
    }
    fn physics(&self, assumptions: &Assumptions) -> Vec<Term> {
        assumptions.picked_up(self)
    }
    fn of(record: &DeliveryRecord) -> &Self {
        &record.picked_up
    }
    fn row(&self, physics: &[Term], known: Known) -> Row {
        let mut row = common(self.at, &self.trip, physics, known);
        push_courier(&mut row, &self.courier);
        row.push(pace(self.recent_pace));
        row
    }
}
