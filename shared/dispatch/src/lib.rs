//! Which courier gets which offer, when, alone or bundled: [`decide`], a pure function from a [`Snapshot`] to [`Decision`]s. And the
//! simulated day that measures it ([`sim`]), over the same code.
//!
//! Every open order is put into some courier's queue, also of those who are still under way or start within the hour: a rolling plan
//! (Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil 2018, *The Meal Delivery Routing Problem*), made anew at each event. It is built by
//! regret insertion and improved by large-neighbourhood search (Shaw 1998; Ropke and Pisinger 2006); orders of one store, or of stores
//! that are near each other, may share a trip, whose sequence is enumerated. Of the plan only that is said which can wait no longer:
//! an offer goes out when its courier has to leave, everything else is postponed with its reason.
//!
//! A cost is a sum of terms in minutes of a customer's waiting: click-to-door, lateness, the courier's time, pay beyond the guarantee,
//! fairness, and the risk of a decline, which [`AcceptanceModel`] learns from each answer. They are stored with the offer.

mod acceptance;
mod candidates;
mod cost;
mod decide;
pub mod decision;
mod error;
mod legs;
mod plan;
mod policy;
mod problem;
mod route;
pub mod sim;
pub mod snapshot;
pub mod time;
pub mod travel;

pub use acceptance::{AcceptanceModel, OfferFeatures};
pub use cost::offer_features;
pub use decide::decide;
pub use decision::Decision;
pub use error::DispatchError;
pub use policy::{PayRule, Policy, Weights};
pub use snapshot::Snapshot;
