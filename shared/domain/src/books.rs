//! The books: what every order, refund, credit and payout did to whom, as a double-entry ledger.
//!
//! An entry's postings sum to zero, or it is no entry. Entries are named by the fact that they tell of, so the same fact is
//! one entry however often it is seen; [`journal`] makes all entries of an order from the order and its payments, so it
//! does not matter in which order events arrive. Nothing here names a person.
//!
//! **A sale is recognised when the order is confirmed**, which is when its money was captured or credit covered it. Before
//! that nobody owes anybody anything, and an order that expires unpaid leaves no entry. Waiting for the hand-over would leave
//! captured money without an owner for an hour; what is cancelled or returned in that hour is reversed by entries of its own.

mod account;
mod check;
mod commission;
mod credit;
mod entry;
mod journal;
mod manual;
mod share;
mod statement;

pub use account::{Account, StorePart};
pub use check::{Finding, FindingKind, check};
pub use commission::Commission;
pub use entry::{BookError, Fact, JournalEntry, JournalKind, Posting, Postings};
pub use journal::journal;
pub use manual::{ManualEntry, ManualKind};
pub use statement::{Statement, StatementFigures, StatementLine};

#[cfg(test)]
mod tests;
