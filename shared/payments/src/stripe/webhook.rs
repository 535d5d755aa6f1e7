//! Events, <https://docs.stripe.com/api/events/types>: what they mean for an order's ledger.
//!
//! Refunds are learnt from `refund.*`, which Stripe sends for every refund since version 2024-10-28. `charge.refunded` and
//! `charge.refund.updated` come along with them and are ignored: the former tells the sum of all refunds and not which
//! one moved, so it cannot name an entry.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sipstr_domain::Money;
use sipstr_domain::payment::{EntryKind, PaymentEntry, Provider};

use super::objects::{Dispute, PaymentIntent, Refund, currency};
use crate::{RefundStatus, WebhookEvent, WebhookRejected};

#[derive(Deserialize)]
struct Event {
    id: String,
    r#type: String,
    /// Seconds since 1970.
    created: i64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    /// As it was when the event happened, not as it is now.
    object: Value,
}

/// Reads a body whose signature was verified.
pub(super) fn read(body: &[u8]) -> Result<WebhookEvent, WebhookRejected> {
    let Event { id, r#type: kind, created, data } = parsed(serde_json::from_slice(body))?;
    let at = Timestamp::from_second(created).map_err(|_| WebhookRejected::MalformedBody)?;
    let object = data.object;
    match kind.as_str() {
        "payment_intent.succeeded" => {
            let intent: PaymentIntent = parsed(serde_json::from_value(object))?;
            let amount = intent.amount_received.unwrap_or(intent.amount);
            Ok(of_intent(kind, EntryKind::Captured, intent, amount, at))
        }
        "payment_intent.amount_capturable_updated" => {
            let intent: PaymentIntent = parsed(serde_json::from_value(object))?;
            match intent.amount_capturable.unwrap_or(intent.amount) {
                0 => Ok(WebhookEvent::Ignored { kind }),
                amount => Ok(of_intent(kind, EntryKind::Authorised, intent, amount, at)),
            }
        }
        "payment_intent.payment_failed" => {
            let mut intent: PaymentIntent = parsed(serde_json::from_value(object))?;
            // A customer may try several cards: each attempt is an entry of its own, named by its charge, or by the
            // event where the bank was never asked.
            let attempt = intent.last_payment_error.as_mut().and_then(|error| error.charge.take()).unwrap_or(id);
            intent.id = format!("{}/{attempt}", intent.id);
            let amount = intent.amount;
            Ok(of_intent(kind, EntryKind::Failed, intent, amount, at))
        }
        "payment_intent.canceled" => {
            let intent: PaymentIntent = parsed(serde_json::from_value(object))?;
            let amount = intent.amount;
            Ok(of_intent(kind, EntryKind::Cancelled, intent, amount, at))
        }
        "refund.created" | "refund.updated" | "refund.failed" => {
            Ok(of_refund(kind, parsed(serde_json::from_value(object))?, at))
        }
        "charge.dispute.created" => {
            let dispute: Dispute = parsed(serde_json::from_value(object))?;
            let why = "the cardholder disputes the charge";
            Ok(WebhookEvent::Attention { kind, reference: dispute.id, order_id: None, why })
        }
        _ => Ok(WebhookEvent::Ignored { kind }),
    }
}

fn parsed<T>(result: Result<T, serde_json::Error>) -> Result<T, WebhookRejected> {
    result.map_err(|error| {
        tracing::error!(%error, "a signed webhook cannot be read");
        WebhookRejected::MalformedBody
    })
}

fn of_intent(kind: String, entry: EntryKind, intent: PaymentIntent, amount: i64, at: Timestamp) -> WebhookEvent {
    let order_id = intent.metadata.order_id();
    movement(kind, Facts { order_id, entry, reference: intent.id, amount, currency: intent.currency }, at)
}

fn of_refund(kind: String, refund: Refund, at: Timestamp) -> WebhookEvent {
    let order_id = refund.metadata.order_id();
    match refund.status() {
        RefundStatus::Pending => WebhookEvent::Ignored { kind },
        RefundStatus::Failed => {
            let why = "a refund failed: the customer has not got the money";
            WebhookEvent::Attention { kind, reference: refund.id, order_id, why }
        }
        RefundStatus::Succeeded => {
            let entry = EntryKind::Refunded;
            let facts =
                Facts { order_id, entry, reference: refund.id, amount: refund.amount, currency: refund.currency };
            movement(kind, facts, at)
        }
    }
}

struct Facts {
    order_id: Option<sipstr_domain::OrderId>,
    entry: EntryKind,
    reference: String,
    amount: i64,
    currency: String,
}

fn movement(kind: String, facts: Facts, at: Timestamp) -> WebhookEvent {
    let Facts { order_id, entry, reference, amount, currency: code } = facts;
    match (order_id, currency(&code)) {
        (Some(order_id), Some(currency)) => WebhookEvent::Movement(PaymentEntry {
            order_id,
            kind: entry,
            provider: Provider::Stripe,
            reference,
            money: Money::new(amount, currency),
            at,
        }),
        (order_id @ None, _) => {
            let why = "it names no order: made in the provider's dashboard, or by somebody else on the account";
            WebhookEvent::Attention { kind, reference, order_id, why }
        }
        (order_id, None) => {
            WebhookEvent::Attention { kind, reference, order_id, why: "it is in a currency that we do not sell in" }
        }
    }
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
