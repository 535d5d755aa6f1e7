//! Which facts a committed change stands for: pure functions of the item before and after.

use sipstr_domain::UserId;
use sipstr_domain::cart::Cart;
use sipstr_domain::catalog::ProductRecord;
use sipstr_domain::delivery::{Delivery, DeliveryState};
use sipstr_domain::job::Job;
use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::partner::Message;
use sipstr_domain::payment::{EntryKind, PaymentEntry, PaymentStatus};
use sipstr_domain::privacy::Export;
use sipstr_domain::stock::Level;
use sipstr_domain::stock::heat::Heat;
use sipstr_domain::stock::lot::Lot;
use sipstr_domain::watch::Watch;

use crate::fact::{
    AccountFact, CartFact, DeliveryFact, ExportFact, Fact, HeatFact, JobFact, LotFact, MessageFact, OrderFact,
    PaymentFact, ProductFact, StockFact, WatchFact,
};

/// What of an account changed, as far as its facts go.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountChange {
    /// A code to prove the address was asked for.
    pub proof_requested: bool,
    pub newly_verified: bool,
    pub reset_requested: bool,
    /// A code was asked for that proves a new address.
    pub email_change_requested: bool,
}

/// Facts of an account.
///
/// Takes only what differs, because an account is personal and its image goes no further than the publisher.
pub fn of_account(user_id: &UserId, change: AccountChange) -> Vec<Fact> {
    let fact = AccountFact { user_id: user_id.clone() };
    let facts = [
        change.proof_requested.then(|| Fact::AccountVerificationRequested(fact.clone())),
        change.newly_verified.then(|| Fact::AccountVerified(fact.clone())),
        change.reset_requested.then(|| Fact::AccountPasswordResetRequested(fact.clone())),
        change.email_change_requested.then(|| Fact::AccountEmailChangeRequested(fact.clone())),
    ];
    facts.into_iter().flatten().collect()
}

/// The fact of an export's change, if it is one.
pub fn of_export(before: Option<&Export>, after: &Export) -> Option<Fact> {
    let fact = ExportFact { user_id: after.user_id.clone(), export_id: after.id.clone() };
    match before {
        None => Some(Fact::AccountExportRequested(fact)),
        Some(before) if before.ready_at.is_none() && after.ready_at.is_some() => Some(Fact::AccountExportReady(fact)),
        Some(_) => None,
    }
}

/// The fact that the customer is to be reminded of a cart, if that is what was noted.
pub fn of_cart(before: Option<&Cart>, after: &Cart) -> Option<Fact> {
    let reminded = after.reminded.filter(|_| before.and_then(|before| before.reminded) != after.reminded)?;
    Some(Fact::CartAbandoned(CartFact {
        customer_id: after.customer_id.clone(),
        store_id: after.store_id.clone(),
        cart_version: reminded.version,
    }))
}

/// Facts of an order's change.
pub fn of_order(before: Option<&Order>, after: &Order) -> Vec<Fact> {
    let fact = OrderFact {
        order_id: after.id.clone(),
        customer_id: after.customer_id.clone(),
        store_id: after.store_id.clone(),
        state: after.state,
        total: after.total,
        currency: after.currency,
        refund_due: after.payment.refund_due,
    };
    let mut facts = Vec::new();
    if before.map(|order| order.state) != Some(after.state) {
        facts.push(match after.state {
            OrderState::PendingPayment => Fact::OrderPlaced(fact.clone()),
            OrderState::Confirmed => Fact::OrderConfirmed(fact.clone()),
            OrderState::Preparing => Fact::OrderPreparing(fact.clone()),
            OrderState::Ready => Fact::OrderReady(fact.clone()),
            OrderState::OutForDelivery => Fact::OrderOutForDelivery(fact.clone()),
            OrderState::Delivered => Fact::OrderDelivered(fact.clone()),
            OrderState::Expired => Fact::OrderExpired(fact.clone()),
            OrderState::PaymentFailed => Fact::OrderPaymentFailed(fact.clone()),
            OrderState::Cancelled => Fact::OrderCancelled(fact.clone()),
            OrderState::Returning => Fact::OrderReturning(fact.clone()),
            OrderState::Returned => Fact::OrderReturned(fact.clone()),
        });
    }
    if before.is_some_and(|before| before.refunds.len() < after.refunds.len()) {
        facts.push(Fact::OrderGoodsRefunded(fact.clone()));
    }
    let status_before = before.map(|order| order.payment.status);
    if status_before != Some(after.payment.status) {
        match after.payment.status {
            PaymentStatus::RefundDue => facts.push(Fact::OrderRefundDue(fact)),
            PaymentStatus::Refunded => facts.push(Fact::OrderRefunded(fact)),
            PaymentStatus::Pending | PaymentStatus::Paid | PaymentStatus::Void => {}
        }
    }
    facts
}

/// The fact of a new payment entry; entries are never changed.
pub fn of_payment(entry: &PaymentEntry) -> Fact {
    let fact = PaymentFact { order_id: entry.order_id.clone(), reference: entry.reference.clone(), money: entry.money };
    match entry.kind {
        EntryKind::Authorised => Fact::PaymentAuthorised(fact),
        EntryKind::Captured => Fact::PaymentCaptured(fact),
        EntryKind::Failed => Fact::PaymentFailed(fact),
        EntryKind::Cancelled => Fact::PaymentCancelled(fact),
        EntryKind::Refunded => Fact::PaymentRefunded(fact),
    }
}

/// The fact of a delivery's change, if it is one; a change of courier is an assignment too.
pub fn of_delivery(before: Option<&Delivery>, after: &Delivery) -> Option<Fact> {
    let same = before.is_some_and(|b| b.state == after.state && b.courier_id == after.courier_id);
    if same {
        return None;
    }
    let fact = DeliveryFact {
        delivery_id: after.id.clone(),
        order_id: after.order_id.clone(),
        store_id: after.store_id.clone(),
        customer_id: after.customer_id.clone(),
        courier_id: after.courier_id.clone(),
        refusal: after.refusal,
    };
    Some(match after.state {
        DeliveryState::Planned => Fact::DeliveryPlanned(fact),
        DeliveryState::Assigned => Fact::DeliveryAssigned(fact),
        DeliveryState::PickedUp => Fact::DeliveryPickedUp(fact),
        DeliveryState::HandedOver => Fact::DeliveryHandedOver(fact),
        DeliveryState::Refused => Fact::DeliveryRefused(fact),
        DeliveryState::Returned => Fact::DeliveryReturned(fact),
        DeliveryState::Cancelled => Fact::DeliveryCancelled(fact),
    })
}

/// The fact of another version of a product's record.
pub fn of_product(before: Option<&ProductRecord>, after: &ProductRecord) -> Option<Fact> {
    let changed = before.is_some_and(|before| before.version != after.version);
    changed.then(|| {
        Fact::ProductChanged(ProductFact { product_id: after.id.clone(), version: after.version, state: after.state })
    })
}

/// The fact that a job asks to be run, if it does so anew.
pub fn of_job(before: Option<&Job>, after: &Job) -> Option<Fact> {
    let asked = after.turn > before.map_or(0, |before| before.turn) && !after.state.is_over();
    asked
        .then(|| Fact::JobDue(JobFact { job_id: after.id.clone(), store_id: after.store_id.clone(), turn: after.turn }))
}

/// The fact that a partner is to be told something, if it was asked for anew; retries are found by the sweep.
pub fn of_message(before: Option<&Message>, after: &Message) -> Option<Fact> {
    let asked = after.turn > before.map_or(0, |before| before.turn);
    asked.then(|| {
        let (subscription_id, message_id) = (after.subscription_id.clone(), after.id.clone());
        Fact::WebhookDue(MessageFact { subscription_id, message_id })
    })
}

/// A level that has just become low, or positive again. A product that is few, or there, from the start has crossed nothing.
pub fn of_level(before: Option<&Level>, after: &Level) -> Vec<Fact> {
    let Some(before) = before else { return Vec::new() };
    let fact = StockFact {
        store_id: after.store_id.clone(),
        product_id: after.product_id.clone(),
        available: after.available(),
        threshold: after.threshold,
    };
    let facts = [
        (after.low && !before.low).then(|| Fact::InventoryLow(fact.clone())),
        (before.available() <= 0 && after.available() > 0).then(|| Fact::InventoryBack(fact.clone())),
    ];
    facts.into_iter().flatten().collect()
}

/// A lot of which the store is told now.
pub fn of_lot(before: Option<&Lot>, after: &Lot) -> Option<Fact> {
    let was_told = before.is_some_and(|before| before.told);
    (after.told && !was_told).then(|| {
        Fact::InventoryExpiring(LotFact {
            store_id: after.store_id.clone(),
            product_id: after.product_id.clone(),
            lot_id: after.id.clone(),
            number: after.number.clone(),
            best_before: after.best_before,
            remaining: after.remaining,
        })
    })
}

/// The conflicts that made a product hot.
pub fn of_heat(before: Option<&Heat>, after: &Heat) -> Option<Fact> {
    after.has_become_hot(before).then(|| {
        Fact::InventoryHot(HeatFact {
            store_id: after.store_id.clone(),
            product_id: after.product_id.clone(),
            buckets: after.buckets,
            conflicts: after.conflicts,
        })
    })
}

/// A watch that has just been answered.
pub fn of_watch(before: Option<&Watch>, after: &Watch) -> Option<Fact> {
    let waited = before.is_some_and(|before| before.answered_at.is_none());
    (waited && after.answered_at.is_some()).then(|| {
        Fact::WatchAnswered(WatchFact {
            user_id: after.user_id.clone(),
            store_id: after.store_id.clone(),
            product_id: after.product_id.clone(),
        })
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use sipstr_domain::job::{ImportOrder, OnErrors};
    use sipstr_domain::{JobId, StoreId};

    use super::*;

    #[test]
    fn a_job_asks_to_be_run_with_each_turn_and_not_when_it_is_over() {
        let (now, order) = (
            Timestamp::UNIX_EPOCH,
            ImportOrder { dry_run: false, on_errors: OnErrors::Stop, bytes: 1, checksum: None },
        );
        let waiting = Job::import(JobId::new(), StoreId::new(), UserId::new(), order, now);
        assert_eq!(of_job(None, &waiting), None);
        let sent = waiting.sent(now).unwrap();
        let Some(Fact::JobDue(fact)) = of_job(Some(&waiting), &sent) else { panic!("the file is there") };
        assert_eq!((fact.job_id, fact.turn), (sent.id.clone(), 1));
        let counted = sent.next(now);
        assert_eq!(of_job(Some(&sent), &counted), None);
        let handed_over = Job { turn: 2, ..counted.clone() };
        assert!(of_job(Some(&counted), &handed_over).is_some());
        assert_eq!(of_job(Some(&handed_over), &handed_over.cancelled(now).unwrap()), None);
        let export = Job::export(JobId::new(), StoreId::new(), UserId::new(), now);
        assert!(of_job(None, &export).is_some(), "an export waits for nothing");
    }
}
