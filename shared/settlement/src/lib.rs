//! What still has to happen with an order's money: decided by the order and the ledger, done at the provider, and noted
//! in the ledger.
//!
//! Nothing here moves the order. A new ledger entry leads, through the stream, to the order's next step; an entry whose
//! event was lost is found by [`untold`].

mod act;
mod decide;
mod error;
mod ledger;

pub use act::{Settled, ask, settle};
pub use decide::{Step, next, untold};
pub use error::SettlementError;
pub use ledger::Ledger;

#[cfg(test)]
mod tests;
