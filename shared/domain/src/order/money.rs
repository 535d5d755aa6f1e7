//! What money that came or went makes of an order.

use jiff::Timestamp;

use super::{Actor, Due, DueKind, Order, OrderState, PAYMENT_PATIENCE, Refusal, Transition, kept};
use crate::payment::PaymentStatus;
use crate::pricing::FeeKind;

impl Order {
    pub(super) fn capture(&self, amount: i64, now: Timestamp) -> Result<Transition, Refusal> {
        if self.payment.captured == amount {
            return Ok(Transition::Unchanged);
        }
        if self.payment.captured != 0 {
            return Err(Refusal::CapturedTwice);
        }
        let mut next = match self.state {
            OrderState::PendingPayment if amount == self.due() => {
                let mut next = self.moved(OrderState::Confirmed, Actor::System, None, now);
                next.due = None;
                next
            }
            OrderState::PendingPayment => {
                let note = Some("the captured amount is not the order's".to_owned());
                let mut next = self.moved(OrderState::Cancelled, Actor::System, note, now);
                next.credit_back = next.credit;
                next.owe(amount, now);
                next
            }
            // Paid after the window closed, or after a cancellation: the bottles may be sold, so the money goes back.
            OrderState::Expired | OrderState::Cancelled | OrderState::PaymentFailed => {
                let mut next = self.touched();
                next.owe(amount, now);
                next
            }
            _ => return Err(self.wrong("paid")),
        };
        next.payment.captured = amount;
        if next.payment.refund_due == 0 {
            next.payment.status = PaymentStatus::Paid;
        }
        let gives_back = self.state.holds_stock() && !next.state.holds_stock();
        Ok(Transition::Changed { order: Box::new(next), gives_back })
    }

    pub(super) fn settle_refund(&self, refunded: i64, now: Timestamp) -> Result<Transition, Refusal> {
        if refunded > self.payment.captured {
            return Err(Refusal::RefundTooLarge);
        }
        if refunded <= self.payment.refunded {
            return Ok(Transition::Unchanged);
        }
        let mut next = self.touched();
        next.payment.refund_due = (self.payment.refund_due - (refunded - self.payment.refunded)).max(0);
        next.payment.refunded = refunded;
        if self.payment.status == PaymentStatus::Paid {
            // A refund that nobody here asked for, made at the provider: noted, and the order goes on.
        } else if next.payment.refund_due == 0 {
            // Where only some of the goods were paid back, the rest stays paid.
            let part = next.payment.refunded < next.payment.captured && next.state.keeps_money();
            next.payment.status = if part { PaymentStatus::Paid } else { PaymentStatus::Refunded };
            next.due = None;
        } else {
            next.due = Some(Due { kind: DueKind::Payment, at: now + PAYMENT_PATIENCE });
        }
        Ok(kept(next))
    }

    /// What the customer still pays after a refusal at the door: delivery, less what a promotion took off it, its taxes,
    /// and the tip.
    pub(super) fn delivery_kept(&self) -> i64 {
        let off_items: i64 = self.lines.iter().map(|line| line.priced.discount).sum();
        let taxes = self.fee_taxes.iter().filter(|tax| tax.fee == FeeKind::Delivery && tax.adds(&self.taxes));
        let tax: i64 = taxes.map(|tax| tax.share.amount).sum();
        self.delivery_fee - (self.discount - off_items) + tax + self.tip
    }

    pub(super) fn owe(&mut self, amount: i64, now: Timestamp) {
        self.payment.status = PaymentStatus::RefundDue;
        self.payment.refund_due = amount;
        self.due = Some(Due { kind: DueKind::Payment, at: now + PAYMENT_PATIENCE });
    }
}
