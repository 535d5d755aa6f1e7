//! Entries, which cannot be made unless their postings sum to zero.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Account;
use crate::money::Currency;
use crate::payment::Provider;
use crate::{LedgerEntryId, OrderId, StoreId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalKind {
    /// An order was confirmed.
    Sale,
    /// Store credit paid a part of it.
    CreditSpent,
    /// A provider has the money.
    PaymentCaptured,
    /// Some of the goods were taken back while the order went on.
    GoodsRefunded,
    /// The order was cancelled or returned: what was left of the sale was taken back.
    SaleReversed,
    /// Store credit went back.
    CreditGivenBack,
    /// A provider gave money back.
    PaymentRefunded,
    /// A store was paid.
    Payout,
    /// A store was charged with something beside the commission.
    StoreFee,
    /// A store's account was put right.
    Adjustment,
    /// A customer got back what was not owed.
    Goodwill,
    /// Store credit was given.
    CreditIssued,
    /// A gift card was made.
    CardIssued,
    /// A gift card became store credit.
    CardRedeemed,
    /// What was left on a gift card was paid out.
    CardCashedOut,
}

impl JournalKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::CreditSpent => "credit_spent",
            Self::PaymentCaptured => "payment_captured",
            Self::GoodsRefunded => "goods_refunded",
            Self::SaleReversed => "sale_reversed",
            Self::CreditGivenBack => "credit_given_back",
            Self::PaymentRefunded => "payment_refunded",
            Self::Payout => "payout",
            Self::StoreFee => "store_fee",
            Self::Adjustment => "adjustment",
            Self::Goodwill => "goodwill",
            Self::CreditIssued => "credit_issued",
            Self::CardIssued => "card_issued",
            Self::CardRedeemed => "card_redeemed",
            Self::CardCashedOut => "card_cashed_out",
        }
    }

    /// Whether it follows from an order and its payments, and not from somebody's decision.
    pub const fn follows_from_an_order(self) -> bool {
        matches!(
            self,
            Self::Sale
                | Self::CreditSpent
                | Self::PaymentCaptured
                | Self::GoodsRefunded
                | Self::SaleReversed
                | Self::CreditGivenBack
                | Self::PaymentRefunded
        )
    }
}

/// A change of one account in minor units: positive is a debit, negative a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Posting {
    #[schema(value_type = String, example = "store:sto_0198c0de5f3a7b60a1b2c3d4e5f60718:goods")]
    pub account: Account,
    #[schema(example = -1299)]
    pub amount: i64,
}

/// What an entry tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    pub kind: JournalKind,
    pub at: Timestamp,
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// What tells it from others of its kind: a provider's id, a number, the reference of a transfer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

impl Fact {
    /// The same fact always has the same id.
    pub fn id(&self) -> LedgerEntryId {
        let owner = match (&self.order_id, &self.store_id) {
            (Some(order), _) => order.as_str(),
            (None, Some(store)) => store.as_str(),
            (None, None) => "",
        };
        LedgerEntryId::derive(&[owner, self.kind.as_str(), &self.reference])
    }
}

/// An entry of the books: never changed, and its postings sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Stored")]
pub struct JournalEntry {
    id: LedgerEntryId,
    #[serde(flatten)]
    fact: Fact,
    postings: Vec<Posting>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    id: LedgerEntryId,
    #[serde(flatten)]
    fact: Fact,
    postings: Vec<Posting>,
}

/// Why something is no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    #[error("an entry without postings")]
    Empty,
    #[error("the postings of an entry sum to {0}")]
    Unbalanced(i128),
    #[error("an amount does not fit into 64 bits")]
    TooLarge,
    #[error("an entry under another name than its fact's")]
    Misnamed,
}

/// Postings being gathered: those of one account become one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Postings(BTreeMap<Account, i128>);

impl Postings {
    pub fn add(&mut self, account: Account, amount: i64) {
        *self.0.entry(account).or_default() += i128::from(amount);
    }

    /// From one account to another: `to` is debited, `from` is credited.
    pub fn of(to: Account, from: Account, amount: i64) -> Self {
        let mut postings = Self::default();
        postings.add(to, amount);
        *postings.0.entry(from).or_default() -= i128::from(amount);
        postings
    }

    /// Each the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self(self.0.into_iter().map(|(account, amount)| (account, -amount)).collect())
    }

    /// Whether nothing changes at all.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|amount| *amount == 0)
    }
}

impl JournalEntry {
    /// Makes an entry of what sums to zero, and of nothing else.
    pub fn new(fact: Fact, postings: Postings) -> Result<Self, BookError> {
        let sum: i128 = postings.0.values().sum();
        if sum != 0 {
            return Err(BookError::Unbalanced(sum));
        }
        let posting = |(account, amount): (Account, i128)| {
            let amount = i64::try_from(amount).map_err(|_| BookError::TooLarge)?;
            Ok(Posting { account, amount })
        };
        let changes = postings.0.into_iter().filter(|(_, amount)| *amount != 0);
        let postings = changes.map(posting).collect::<Result<Vec<_>, BookError>>()?;
        if postings.is_empty() {
            return Err(BookError::Empty);
        }
        Ok(Self { id: fact.id(), fact, postings })
    }

    pub fn id(&self) -> &LedgerEntryId {
        &self.id
    }

    pub fn fact(&self) -> &Fact {
        &self.fact
    }

    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// What moved, without its sign: what the customer paid or got where it concerns one, else its largest posting.
    pub fn amount(&self) -> i64 {
        let of_customer = self.postings.iter().find(|posting| posting.account == Account::Receivable);
        let largest = || self.postings.iter().max_by_key(|posting| posting.amount.unsigned_abs());
        of_customer.or_else(largest).map_or(0, |posting| posting.amount.saturating_abs())
    }
}

impl TryFrom<Stored> for JournalEntry {
    type Error = BookError;

    /// What is read is proved again: an item that was tampered with is no entry.
    fn try_from(stored: Stored) -> Result<Self, BookError> {
        let mut postings = Postings::default();
        stored.postings.into_iter().for_each(|posting| postings.add(posting.account, posting.amount));
        let entry = Self::new(stored.fact, postings)?;
        if entry.id == stored.id { Ok(entry) } else { Err(BookError::Misnamed) }
    }
}
