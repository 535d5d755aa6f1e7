//! What a store is owed for a time, drawn from the entries themselves: there is no second sum that could differ.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{JournalEntry, JournalKind, StorePart};
use crate::money::Currency;
use crate::{LedgerEntryId, OrderId, StoreId};

/// Amounts in minor units, as the store sees them: what it gets is positive, what it gives is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementFigures {
    /// Goods that were sold, at the store's prices.
    pub orders: i64,
    /// Goods that were taken back.
    pub refunds: i64,
    /// Reductions that the store pays for, less those that were taken back.
    pub promotions: i64,
    /// Taxes that its prices hold and that are paid for it.
    pub taxes: i64,
    pub commission: i64,
    /// What the store is charged beside the commission.
    pub fees: i64,
    pub adjustments: i64,
    /// All of these together.
    pub net: i64,
    /// What was paid out; no part of the net.
    pub payouts: i64,
}

impl StatementFigures {
    fn add(&mut self, kind: JournalKind, part: StorePart, amount: i64) {
        let figure = match part {
            StorePart::Goods if kind == JournalKind::Sale => &mut self.orders,
            StorePart::Goods => &mut self.refunds,
            StorePart::Promotions => &mut self.promotions,
            StorePart::Taxes => &mut self.taxes,
            StorePart::Commission => &mut self.commission,
            StorePart::Fees => &mut self.fees,
            StorePart::Adjustments => &mut self.adjustments,
            StorePart::Payouts => {
                self.payouts = self.payouts.saturating_add(amount);
                return;
            }
        };
        *figure = figure.saturating_add(amount);
        self.net = self.net.saturating_add(amount);
    }
}

/// What one entry did to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    pub entry_id: LedgerEntryId,
    pub kind: JournalKind,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    pub currency: Currency,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    #[serde(flatten)]
    pub figures: StatementFigures,
}

/// A store's account over a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// By the currency's code.
    pub totals: BTreeMap<&'static str, StatementFigures>,
    pub lines: Vec<StatementLine>,
}

impl Statement {
    /// Adds an entry, if it concerns the store.
    pub fn note(&mut self, store: &StoreId, entry: &JournalEntry) {
        let fact = entry.fact();
        let mut figures = StatementFigures::default();
        let mut concerned = false;
        for posting in entry.postings() {
            // A credit of the store's account is what it gets.
            if let Some((_, part)) = posting.account.store().filter(|(of, _)| *of == store) {
                let got = posting.amount.saturating_neg();
                figures.add(fact.kind, part, got);
                self.totals.entry(fact.currency.code()).or_default().add(fact.kind, part, got);
                concerned = true;
            }
        }
        if concerned {
            self.lines.push(StatementLine {
                entry_id: entry.id().clone(),
                kind: fact.kind,
                at: fact.at,
                order_id: fact.order_id.clone(),
                currency: fact.currency,
                reference: fact.reference.clone(),
                figures,
            });
        }
    }
}
