//! Whether the books of an order close: what is written is what must be, and the money adds up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Account, JournalEntry, journal};
use crate::OrderId;
use crate::order::Order;
use crate::payment::PaymentEntry;

/// What is wrong with the books of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// An entry that must be there is not. `amount` is how many.
    Missing,
    /// An entry says something else than the order, or belongs to nothing. `amount` is how many.
    Unexpected,
    /// An entry does not sum to zero, or has another name than its fact. `amount` is how many.
    Unreadable,
    /// What the provider holds is not what the order says was captured less what went back; by `amount`.
    Clearing,
    /// The customer owes, or is owed, something that the order does not know of: `amount`.
    Receivable,
    /// The order's amounts make no entry.
    Unbookable,
}

impl FindingKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::Unreadable => "unreadable",
            Self::Clearing => "clearing",
            Self::Receivable => "receivable",
            Self::Unbookable => "unbookable",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub order_id: OrderId,
    pub kind: FindingKind,
    /// ISO 4217, where it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    pub amount: i64,
}

/// What providers hold and customers owe in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    clearing: i128,
    receivable: i128,
}

fn sums<'a>(entries: impl Iterator<Item = &'a JournalEntry>) -> BTreeMap<&'static str, Sums> {
    let mut sums: BTreeMap<&'static str, Sums> = BTreeMap::new();
    for entry in entries {
        let sums = sums.entry(entry.fact().currency.code()).or_default();
        for posting in entry.postings() {
            match posting.account {
                Account::Clearing(_) => sums.clearing += i128::from(posting.amount),
                Account::Receivable => sums.receivable += i128::from(posting.amount),
                _ => {}
            }
        }
    }
    sums
}

fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

/// Compares what is written of an order with what must be. Answers what is wrong, and the entries that are missing.
///
/// The three are read one after the other: the caller judges only an order that did not change meanwhile.
pub fn check(order: &Order, payments: &[PaymentEntry], written: &[JournalEntry]) -> (Vec<Finding>, Vec<JournalEntry>) {
    let finding = |kind, currency: Option<&str>, amount| {
        (amount != 0).then(|| Finding {
            order_id: order.id.clone(),
            kind,
            currency: currency.map(str::to_owned),
            amount,
        })
    };
    let Ok(expected) = journal(order, payments) else {
        return (finding(FindingKind::Unbookable, None, 1).into_iter().collect(), Vec::new());
    };
    let missing: Vec<JournalEntry> =
        expected.iter().filter(|entry| !written.iter().any(|there| there.id() == entry.id())).cloned().collect();
    let follows = written.iter().filter(|entry| entry.fact().kind.follows_from_an_order());
    let unexpected = follows.filter(|entry| !expected.contains(entry)).count();
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(finding(FindingKind::Missing, None, missing.len() as i64));
    findings.extend(finding(FindingKind::Unexpected, None, unexpected as i64));
    let sums = sums(written.iter().chain(&missing));
    let own = order.currency.code();
    let foreign = sums.keys().copied().filter(|code| *code != own);
    for code in std::iter::once(own).chain(foreign) {
        let (held, owed) = match code == own {
            true => (order.payment.captured - order.payment.refunded, order.payment.refund_due),
            false => (0, 0),
        };
        let of_code = sums.get(code).copied().unwrap_or_default();
        let clearing = narrow(of_code.clearing - i128::from(held));
        findings.extend(finding(FindingKind::Clearing, Some(code), clearing));
        let receivable = narrow(of_code.receivable + i128::from(owed));
        findings.extend(finding(FindingKind::Receivable, Some(code), receivable));
    }
    (findings, missing)
}
