//! The decisions: pure functions of the order and its ledger entries.

use sipstr_domain::order::{Action, Order, OrderState};
use sipstr_domain::payment::{EntryKind, PaymentEntry};
use sipstr_domain::{Money, RefundId};
use sipstr_payments::NewRefund;
use sipstr_storage::payments::sum;

/// What has to be done at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Nothing,
    /// The order is over and unpaid: nothing more may be paid for it.
    Void,
    /// The order was paid, and the ledger does not say by which payment.
    FindCapture,
    Refund(NewRefund),
}

/// Decides the next step. `entries` must have been read after `order`, so that the ledger knows at least as much.
///
/// A refund is named by what had been given back before it: the same debt always leads to the same refund, and a later
/// debt to another one.
pub fn next(order: &Order, entries: &[PaymentEntry]) -> Step {
    let payment = &order.payment;
    if payment.refund_due == 0 {
        let over = matches!(order.state, OrderState::Expired | OrderState::PaymentFailed | OrderState::Cancelled);
        // A capture that the ledger knows and the order does not is on its way to the order, which will then owe it.
        let decided = first(entries, EntryKind::Captured).or(first(entries, EntryKind::Cancelled));
        let open = over && order.due() > 0 && payment.captured == 0 && decided.is_none();
        return if open { Step::Void } else { Step::Nothing };
    }
    let refunded = sum(entries, EntryKind::Refunded);
    let owed = payment.refund_due - (refunded - payment.refunded).max(0);
    if owed <= 0 {
        return Step::Nothing;
    }
    match first(entries, EntryKind::Captured) {
        None => Step::FindCapture,
        Some(capture) => Step::Refund(NewRefund {
            order_id: order.id.clone(),
            reference: capture.reference.clone(),
            money: Money::new(owed, order.currency),
            refund_id: RefundId::derive(&[order.id.as_str(), "refund", &refunded.to_string()]),
        }),
    }
}

/// What the ledger knows and the order was not told, in the order in which it has to be told.
pub fn untold(order: &Order, entries: &[PaymentEntry]) -> Vec<Action> {
    let mut actions = Vec::new();
    let capture = first(entries, EntryKind::Captured);
    match capture {
        Some(capture) if order.payment.captured == 0 => {
            actions.push(Action::Capture { amount: capture.money.amount });
        }
        None if order.state == OrderState::PendingPayment && first(entries, EntryKind::Cancelled).is_some() => {
            actions.push(Action::VoidPayment);
        }
        _ => {}
    }
    let refunded = sum(entries, EntryKind::Refunded);
    if refunded > order.payment.refunded {
        actions.push(Action::SettleRefund { refunded });
    }
    actions
}

pub(crate) fn first(entries: &[PaymentEntry], kind: EntryKind) -> Option<&PaymentEntry> {
    entries.iter().find(|entry| entry.kind == kind)
}
