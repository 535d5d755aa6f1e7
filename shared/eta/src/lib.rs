//! When an order will be at the door.
//!
//! An estimate is a product of three parts, each of which can be read on its own:
//! 1. **physics** ([`Assumptions`]): preparation and queue, courier, ride, door, in seconds, from tables that a person can check;
//! 2. **correction** ([`Model`]): what physics gets wrong, learnt from [`DeliveryRecord`]s by boosted trees on `ln(actual / physics)`, once for the
//!    median and once for the 90th percentile (pinball loss; Koenker & Bassett 1978, Friedman 2001);
//! 3. **calibration** ([`Calibration`]): what has changed since, by zone and hour, with an adaptive conformal margin on the 90th percentile
//!    (Gibbs & Candès 2021).
//!
//! Each stage of an order has its own features ([`Quoted`], [`Accepted`], [`Assigned`], [`PickedUp`]), its own model and its own calibration. What
//! is known only later has no field in an earlier stage, so it cannot enter.
//!
//! Nothing here reads a clock or a store: the caller says what time it is and keeps the bytes.

mod boost;
mod bytes;
mod calibration;
mod check;
mod conformal;
mod effects;
mod error;
mod features;
mod model;
mod physics;
mod place;
mod record;
mod stage;
mod table;
mod train;
mod tree;

pub use calibration::Calibration;
pub use error::EtaError;
pub use features::{Accepted, Assigned, Courier, Now, PickedUp, Quoted, Trip};
pub use model::{Estimate, Model, Told};
pub use physics::{Assumptions, Term};
pub use place::{Building, CourierKind, Moment, Place, Store, Zone};
pub use record::DeliveryRecord;
pub use stage::{Features, Stage};
pub use train::{Fitted, Training, fit};
