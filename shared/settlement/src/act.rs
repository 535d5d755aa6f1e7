//! The steps, each of which may be repeated: a crash after the provider acted is healed by asking again.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::order::Order;
use sipstr_domain::payment::{EntryKind, PaymentEntry};
use sipstr_payments::{Cancellation, NewPayment, NewRefund, Payment, PaymentProvider, RefundStatus, Status};

use crate::decide::first;
use crate::{Ledger, SettlementError, Step, next};

/// How long after an order was placed its payment may be looked up by the order's key. Providers forget keys after 24 hours.
const MEMORY: SignedDuration = SignedDuration::from_hours(23);

/// What [`settle`] brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// There was nothing to do, or nothing left to do.
    Already,
    /// Nothing more can be paid.
    Voided,
    /// It had been paid before anybody could prevent it: the ledger says so now, and the order will owe it.
    CaptureFound,
    Refunded,
    /// The provider has accepted the refund and will say how it ends.
    RefundPending,
}

impl Settled {
    /// The counter of this outcome.
    pub const fn metric(self) -> Option<&'static str> {
        match self {
            Self::Already => None,
            Self::Voided => Some("payments_voided"),
            Self::CaptureFound => Some("captures_found"),
            Self::Refunded => Some("refunds_made"),
            Self::RefundPending => Some("refunds_pending"),
        }
    }
}

/// Does what is still to be done about an order that was just read, and notes it in the ledger.
pub async fn settle<L: Ledger>(
    order: &Order,
    ledger: &L,
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<Settled, SettlementError> {
    let mut entries = ledger.of_order(&order.id).await?;
    let mut step = next(order, &entries);
    if step == Step::FindCapture {
        entries.push(find_capture(order, &entries, ledger, provider, now).await?);
        step = next(order, &entries);
    }
    match step {
        Step::Nothing => Ok(Settled::Already),
        Step::Void => void(order, &entries, ledger, provider, now).await,
        Step::Refund(refund) => give_back(&refund, ledger, provider, now).await,
        Step::FindCapture => Err(SettlementError::NotCaptured),
    }
}

/// Asks the provider how an order's payment stands, notes it, and answers with the ledger as it is then.
///
/// The provider is not asked where the ledger already knows how the payment ended.
pub async fn ask<L: Ledger>(
    order: &Order,
    ledger: &L,
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<Vec<PaymentEntry>, SettlementError> {
    let mut entries = ledger.of_order(&order.id).await?;
    let ended = first(&entries, EntryKind::Captured).or(first(&entries, EntryKind::Cancelled)).is_some();
    if !ended && let Some(entry) = find(order, &entries, provider, now).await?.entry(&order.id, now) {
        ledger.append(&entry).await?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The order's payment as it is now: by its reference where the ledger has it, else by the order's key.
///
/// Asked by the key, a provider that was never asked before makes the payment. That is harmless: what is looked for here
/// is cancelled or paid by nobody.
async fn find(
    order: &Order,
    entries: &[PaymentEntry],
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<Payment, SettlementError> {
    // The references of failed attempts and of refunds are not the payment's.
    let named = |entry: &&PaymentEntry| {
        matches!(entry.kind, EntryKind::Authorised | EntryKind::Captured | EntryKind::Cancelled)
    };
    if let Some(entry) = entries.iter().find(named) {
        return Ok(provider.fetch(&entry.reference).await?);
    }
    if now.duration_since(order.placed_at) > MEMORY {
        return Err(SettlementError::Forgotten);
    }
    let payment = NewPayment { order_id: order.id.clone(), money: order.due_money() };
    Ok(provider.create(&payment).await?)
}

async fn find_capture<L: Ledger>(
    order: &Order,
    entries: &[PaymentEntry],
    ledger: &L,
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<PaymentEntry, SettlementError> {
    let payment = find(order, entries, provider, now).await?;
    let entry = payment.entry(&order.id, now).filter(|entry| entry.kind == EntryKind::Captured);
    let entry = entry.ok_or(SettlementError::NotCaptured)?;
    ledger.append(&entry).await?;
    Ok(entry)
}

/// Makes sure that nothing more can be paid, or finds that it was.
async fn void<L: Ledger>(
    order: &Order,
    entries: &[PaymentEntry],
    ledger: &L,
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<Settled, SettlementError> {
    let payment = find(order, entries, provider, now).await?;
    let payment = match payment.status {
        Status::Captured | Status::Cancelled => payment,
        Status::AwaitingCustomer | Status::Processing | Status::Authorised => {
            match provider.cancel(&payment.reference).await? {
                Cancellation::AlreadyCaptured(captured) => captured,
                Cancellation::Cancelled | Cancellation::AlreadyCancelled => {
                    Payment { status: Status::Cancelled, ..payment }
                }
            }
        }
    };
    if let Some(entry) = payment.entry(&order.id, now) {
        ledger.append(&entry).await?;
    }
    Ok(if payment.status == Status::Captured { Settled::CaptureFound } else { Settled::Voided })
}

async fn give_back<L: Ledger>(
    refund: &NewRefund,
    ledger: &L,
    provider: &dyn PaymentProvider,
    now: Timestamp,
) -> Result<Settled, SettlementError> {
    let made = provider.refund(refund).await?;
    match made.status {
        RefundStatus::Pending => return Ok(Settled::RefundPending),
        RefundStatus::Failed => return Err(SettlementError::RefundFailed { reference: made.reference }),
        RefundStatus::Succeeded => {}
    }
    if let Some(entry) = made.entry(&refund.order_id, now) {
        ledger.append(&entry).await?;
    }
    Ok(Settled::Refunded)
}
