//! Tells an order what a provider did with its money: paid, will not be paid, given back.
//!
//! The order decides what follows, also when money comes too late or in another amount than it should. What it refuses is
//! left on the queue, so that it ends in the dead-letter queue and before a person: money is never lost silently.

mod config;

use sipstr_domain::OrderId;
use sipstr_domain::order::{Action, Actor, Refusal};
use sipstr_domain::payment::{EntryKind, PaymentEntry};
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::orders::{Advance, GiveBack, Orders};
use sipstr_storage::payments::{Payments, sum};

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub orders: Orders,
    pub payments: Payments,
    pub give_back: GiveBack,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            give_back: GiveBack {
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: config.credits_table.clone(),
            },
        }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    match event.fact {
        Fact::PaymentCaptured(fact) => {
            advance(state, &fact.order_id, &Action::Capture { amount: fact.money.amount }).await?;
            // An order knows its capture by the amount alone, and takes a second one of the same amount for the first.
            let entries = state.payments.of_order(&fact.order_id).await?;
            // A refund that was reported first could not be settled then; its own message may be minutes away.
            let refunded = sum(&entries, EntryKind::Refunded);
            if refunded > 0 {
                advance(state, &fact.order_id, &Action::SettleRefund { refunded }).await?;
            }
            if captured_twice(&entries) { Err(Refusal::CapturedTwice.into()) } else { Ok(()) }
        }
        Fact::PaymentCancelled(fact) => advance(state, &fact.order_id, &Action::VoidPayment).await,
        Fact::PaymentRefunded(fact) => {
            // The sum, not this one: refunds are reported in any order.
            let refunded = sum(&state.payments.of_order(&fact.order_id).await?, EntryKind::Refunded);
            advance(state, &fact.order_id, &Action::SettleRefund { refunded }).await
        }
        Fact::PaymentFailed(fact) => {
            // An attempt only: the customer may try another card until the window closes.
            count("payment_attempts_failed", 1);
            tracing::info!(orderId = %fact.order_id, "an attempt to pay failed");
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn advance(state: &State, id: &OrderId, action: &Action) -> Result<(), HandlerError> {
    match state.orders.advance(&state.give_back, id, action, Actor::System, state.clock.now()).await? {
        Advance::Changed(order) => {
            count(metric(action), 1);
            if order.payment.refund_due > 0 && matches!(action, Action::Capture { .. }) {
                count("payments_not_wanted", 1);
                tracing::warn!(orderId = %id, state = order.state.as_str(), "what was paid has to go back");
            }
            Ok(())
        }
        Advance::Unchanged(_) => Ok(()),
        Advance::Refused(refusal) => Err(refusal.into()),
        // It was committed before its payment was made, so this is a reading of another stack or a loss of data.
        Advance::NotFound => Err("the order of a payment is not there".into()),
    }
}

const fn metric(action: &Action) -> &'static str {
    match action {
        Action::Capture { .. } => "orders_paid",
        Action::SettleRefund { .. } => "refunds_settled",
        _ => "orders_payment_void",
    }
}

/// Whether more than one payment was captured for the order.
fn captured_twice(entries: &[PaymentEntry]) -> bool {
    entries.iter().filter(|entry| entry.kind == EntryKind::Captured).count() > 1
}

#[cfg(test)]
mod tests;
