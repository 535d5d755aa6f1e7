//! Which message stands for which change of an order: pure, so that every case can be tested.

use sipstr_domain::Money;
use sipstr_domain::account::PersonName;
use sipstr_domain::delivery::DoorRefusal;
use sipstr_domain::order::{Actor, Order, OrderState};
use sipstr_events::{Event, Fact, OrderFact};
use sipstr_messaging::{Message, OrderSummary};

/// A change of an order, with the order as it is by now.
pub struct Change<'a> {
    pub event: &'a Event,
    pub fact: &'a OrderFact,
    pub order: &'a Order,
    pub summary: OrderSummary,
    /// What happened at the door, where the order came back from it.
    pub refusal: Option<DoorRefusal>,
}

impl Change<'_> {
    /// What goes back to the customer, as it stood when this happened.
    fn refund(&self) -> Option<Money> {
        (self.fact.refund_due > 0).then(|| Money::new(self.fact.refund_due, self.fact.currency))
    }

    /// What was noted when the order was cancelled.
    fn reason(&self) -> Option<String> {
        let entry = self.order.timeline.iter().rfind(|entry| entry.state == OrderState::Cancelled);
        entry.and_then(|entry| entry.note.clone())
    }

    fn was(&self, state: OrderState) -> bool {
        self.order.timeline.iter().any(|entry| entry.state == state)
    }

    fn cancelled_by_store(&self) -> bool {
        let entry = self.order.timeline.iter().rfind(|entry| entry.state == OrderState::Cancelled);
        entry.is_some_and(|entry| entry.actor == Actor::Store)
    }

    /// Minutes from this change until the order shall be ready.
    fn minutes(&self) -> Option<u16> {
        let seconds = self.order.ready_by?.duration_since(self.event.time).as_secs();
        u16::try_from((seconds + 59) / 60).ok().filter(|minutes| *minutes > 0)
    }
}

pub fn to_customer(change: &Change<'_>, name: &PersonName) -> Option<Message> {
    let (customer, order) = (name.clone(), change.summary.clone());
    Some(match &change.event.fact {
        Fact::OrderConfirmed(_) => Message::OrderConfirmed { customer, order },
        Fact::OrderPreparing(_) => Message::OrderPreparing { customer, order, minutes: change.minutes() },
        Fact::OrderReady(_) => Message::OrderReady { customer, order },
        Fact::OrderOutForDelivery(_) => Message::OutForDelivery { customer, order },
        Fact::OrderDelivered(_) => Message::Delivered { customer, order },
        Fact::OrderExpired(_) => Message::OrderExpired { customer, order },
        Fact::OrderPaymentFailed(_) => Message::OrderPaymentFailed { customer, order },
        Fact::OrderCancelled(_) => {
            Message::OrderCancelled { customer, order, reason: change.reason(), refund: change.refund() }
        }
        Fact::OrderReturned(_) => {
            Message::OrderReturned { customer, order, reason: change.refusal, refund: change.refund() }
        }
        Fact::OrderRefunded(fact) if change.order.payment.refunded > 0 => {
            let refund = Money::new(change.order.payment.refunded, fact.currency);
            Message::OrderRefunded { customer, order, refund }
        }
        _ => return None,
    })
}

pub fn to_store(change: &Change<'_>) -> Option<Message> {
    let order = change.summary.clone();
    match &change.event.fact {
        Fact::OrderConfirmed(_) => Some(Message::StoreNewOrder { order }),
        // The store never knew of an order that was not paid, and needs not be told what it did itself.
        Fact::OrderCancelled(_) if change.was(OrderState::Confirmed) && !change.cancelled_by_store() => {
            Some(Message::StoreOrderCancelled { order, reason: change.reason() })
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
