//! Paying back some of an order's goods: who decides says how many of a line went back in all.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Order, Refusal, TimelineEntry, Transition, kept};
use crate::ProductId;

/// How many of a product are paid back in all, whatever was paid back before: so a repeated request changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundedLine {
    pub product_id: ProductId,
    pub quantity: u32,
}

/// Goods that were paid back at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartRefund {
    pub at: Timestamp,
    pub lines: Vec<RefundedUnits>,
    /// What of it went back as store credit, in minor units.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub credit: i64,
}

/// The units of a line from so many to so many, of those that were bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundedUnits {
    pub product_id: ProductId,
    pub from: u32,
    pub until: u32,
}

impl Order {
    pub(super) fn refund_lines(
        &self,
        lines: &[RefundedLine],
        reason: &str,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Transition, Refusal> {
        if !self.state.keeps_money() {
            return Err(self.wrong("refunded in part"));
        }
        let mut next = self.touched();
        let mut owed = 0;
        let mut units = Vec::new();
        for wanted in lines {
            let line = next.lines.iter_mut().find(|line| line.priced.product_id == wanted.product_id);
            let line = line.filter(|line| wanted.quantity <= line.priced.quantity).ok_or(Refusal::NotInOrder)?;
            if wanted.quantity < line.refunded {
                return Err(Refusal::RefundedBefore);
            }
            owed += line.priced.part(&self.taxes, line.refunded, wanted.quantity).total;
            if line.refunded < wanted.quantity {
                let (product_id, from) = (wanted.product_id.clone(), line.refunded);
                units.push(RefundedUnits { product_id, from, until: wanted.quantity });
            }
            line.refunded = wanted.quantity;
        }
        if next.lines == self.lines {
            return Ok(Transition::Unchanged);
        }
        if self.payment.refund_due > 0 {
            return Err(Refusal::RefundPending);
        }
        // Money goes back first, and then credit.
        let money = owed.min(self.payment.captured - self.payment.refunded);
        next.credit_back += owed - money;
        if next.credit_back > self.credit {
            return Err(Refusal::RefundTooLarge);
        }
        if money > 0 {
            next.owe(money, now);
        }
        next.refunds.push(PartRefund { at: now, lines: units, credit: owed - money });
        next.timeline.push(TimelineEntry { at: now, state: self.state, actor, note: Some(reason.to_owned()) });
        Ok(kept(next))
    }
}
