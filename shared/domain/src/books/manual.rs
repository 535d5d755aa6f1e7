//! Entries that somebody of the administration makes: nothing else in the books comes from a person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Account, BookError, Fact, JournalEntry, JournalKind, Postings, StorePart};
use crate::account::Invalid;
use crate::{Money, OrderId, StoreId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ManualKind {
    /// The store was paid.
    Payout,
    /// The store is charged.
    StoreFee,
    /// The store gets something, or where it is negative, gives something back.
    Adjustment,
    /// What went back to an order's customer without being owed is the platform's loss.
    Goodwill,
}

/// What is to be written of a store.
#[derive(Debug, Clone)]
pub struct ManualEntry {
    pub kind: ManualKind,
    pub store_id: StoreId,
    pub order_id: Option<OrderId>,
    /// Never nothing; only an adjustment may be negative.
    pub money: Money,
    /// What it is known by elsewhere, such as a transfer's number. It names the entry: the same one is written once.
    pub reference: String,
    pub at: Timestamp,
}

impl ManualEntry {
    /// The most at once, in minor units: a typing error should not become a fortune.
    pub const MOST: i64 = 10_000_000;

    /// What no entry may be, whoever makes it. A reference is no place for names: it has no spaces.
    pub fn sound(&self) -> Result<(), Invalid> {
        let amount = self.money.amount;
        let negative_is_fine = self.kind == ManualKind::Adjustment;
        if amount == 0 || amount.unsigned_abs() > Self::MOST.unsigned_abs() || (amount < 0 && !negative_is_fine) {
            return Err(Invalid("money: must be 1 to 10000000 minor units; an adjustment may be negative"));
        }
        let plain = self.reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if self.reference.is_empty() || self.reference.len() > 60 || !plain {
            return Err(Invalid("reference: must be 1 to 60 letters, digits, dots, dashes and underscores"));
        }
        if (self.kind == ManualKind::Goodwill) != self.order_id.is_some() {
            return Err(Invalid("orderId: goodwill is given on an order, and nothing else is"));
        }
        Ok(())
    }

    pub fn entry(self) -> Result<JournalEntry, BookError> {
        let store = |part| Account::Store(self.store_id.clone(), part);
        let amount = self.money.amount;
        let (kind, postings) = match self.kind {
            ManualKind::Payout => (JournalKind::Payout, Postings::of(store(StorePart::Payouts), Account::Bank, amount)),
            ManualKind::StoreFee => {
                (JournalKind::StoreFee, Postings::of(store(StorePart::Fees), Account::StoreFees, amount))
            }
            ManualKind::Adjustment => {
                (JournalKind::Adjustment, Postings::of(Account::Goodwill, store(StorePart::Adjustments), amount))
            }
            ManualKind::Goodwill => {
                (JournalKind::Goodwill, Postings::of(Account::Goodwill, Account::Receivable, amount))
            }
        };
        let fact = Fact {
            kind,
            at: self.at,
            currency: self.money.currency,
            order_id: self.order_id,
            store_id: Some(self.store_id),
            provider: None,
            reference: self.reference,
        };
        JournalEntry::new(fact, postings)
    }
}
