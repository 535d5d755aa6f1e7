//! The law of alcohol as data, and an engine that answers: allowed, or refused because of this rule.
//!
//! The rules lie in `rules/`, one file a place, each rule with its validity, its citation, whether the source is the law itself,
//! and the day it was last checked. **Each file is a sample to be confirmed by counsel.** A place inherits from the place
//! around it (`us-nj-ocean-city` from `us-nj` from `us`), replaces rules by name, and adds its own.
//!
//! Three gates ask: [`Placing`], [`Paying`] and [`HandOver`]. Each asks its rules in a fixed order and stops at the first that
//! refuses, or goes on to the end for whoever wants all of it explained. The [`Decision`] has every rule that was asked; an
//! order keeps its editions and the rules that passed, so that [`replay`](fn@replay) can ask the same again years later.
//!
//! Where the engine knows too little it refuses: a place without rules, a drink without a legal age, a door of which nobody
//! said what it is where the law cares, a strength that nobody knows where a rule is about strength.
//!
//! Nothing here reads a clock: time is an argument, on the store's wall clock.

mod book;
mod decision;
mod doorstep;
mod duty;
mod hand_over;
mod hours;
mod kind;
mod law;
mod levy;
mod lint;
mod offer;
mod paying;
mod place;
mod placing;
mod price;
mod quantity;
mod replay;
pub mod rule;
mod set;
mod substitute;

pub use book::Book;
pub use decision::{Asked, Decision, Depth, Outcome};
pub use doorstep::Doorstep;
pub use duty::{Duty, What, duties};
pub use hand_over::{DoorCheck, HandOver, IdSeen};
pub use hours::{Clock, ClockChange, Day, InvalidTime, Moment, Weekdays, Window};
pub use kind::{Drinks, Kind, Line};
pub use law::{Law, NoLaw};
pub use levy::{Base, Deposit, Tax, Taxes, deposit, deposit_terms, tax_named, taxes};
pub use lint::{Finding, Severity, lint};
pub use offer::Offer;
pub use paying::Paying;
pub use place::{Area, Destination, InvalidArea, Premises};
pub use placing::Placing;
pub use price::{floor, may_change};
pub use quantity::{TooMuch, too_much};
pub use replay::{Inputs, NotReplayable, Replay, replay};
pub use rule::{RuleFile, RuleFileError};
pub use set::{RuleSet, Subject};
pub use substitute::substitute;
