//! Store credit and gift cards, before and beside orders. What an order does with credit is told by the order.

use super::{Account, BookError, Fact, JournalEntry, JournalKind, Postings};
use crate::credit::{CreditEntry, CreditKind};

impl JournalEntry {
    /// What a movement of credit is in the books; nothing where an order tells of it. Whose credit it is stays where it was: the
    /// entry has no more than the movement's id.
    pub fn of_credit(moved: &CreditEntry) -> Result<Option<Self>, BookError> {
        let (kind, to, from) = match moved.kind {
            CreditKind::Issued => (JournalKind::CreditIssued, Account::Goodwill, Account::StoreCredit),
            CreditKind::CardIssued => (JournalKind::CardIssued, Account::CardSales, Account::GiftCards),
            CreditKind::Redeemed => (JournalKind::CardRedeemed, Account::GiftCards, Account::StoreCredit),
            CreditKind::CashedOut => (JournalKind::CardCashedOut, Account::GiftCards, Account::CardSales),
            CreditKind::Spent | CreditKind::GivenBack => return Ok(None),
        };
        let fact = Fact {
            kind,
            at: moved.at,
            currency: moved.money.currency,
            order_id: None,
            store_id: None,
            provider: None,
            reference: moved.id.to_string(),
        };
        Self::new(fact, Postings::of(to, from, moved.money.amount)).map(Some)
    }
}
