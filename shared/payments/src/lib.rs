//! Payment providers behind one trait: [`PaymentProvider`].
//!
//! Amounts are minor units. What a provider calls things stays in its module; the rest of Sipstr sees [`Payment`],
//! [`Refund`] and the ledger's `PaymentEntry`. An entry is named by its kind and reference, so a movement that is learnt
//! twice (from a webhook, and from [`Payment::entry`] when somebody asks) is one entry.
//!
//! The provider is chosen at run time, so functions hold an `Arc<dyn PaymentProvider>`.

mod error;
#[cfg(any(test, feature = "fake"))]
pub mod fake;
mod secret;
pub mod stripe;

use std::pin::Pin;

use http::HeaderMap;
use jiff::Timestamp;
use sipstr_domain::payment::{EntryKind, PaymentEntry, Provider};
use sipstr_domain::{Money, OrderId, RefundId};

pub use error::{PaymentError, WebhookRejected};
pub use secret::Secret;
pub use stripe::{Capture, Stripe, StripeKeys, StripeSettings};

/// What an asynchronous call of a trait that is used as `dyn` returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A payment that an order asks for. It must be asked for only after the order is stored with its reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    pub order_id: OrderId,
    pub money: Money,
}

/// A payment at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub provider: Provider,
    /// The provider's id of the payment.
    pub reference: String,
    /// The order that it was made for; `None` where somebody made it without us.
    pub order_id: Option<OrderId>,
    /// What the customer's app needs to show the provider's own fields. Whoever has it can pay, nothing else.
    pub client_secret: Secret,
    pub status: Status,
    /// What was asked for.
    pub money: Money,
    /// What has been captured, in minor units of `money`'s currency.
    pub captured: i64,
}

impl Payment {
    /// The ledger entry that the payment's standing amounts to: the one that its webhook leads to as well.
    pub fn entry(&self, order_id: &OrderId, at: Timestamp) -> Option<PaymentEntry> {
        let (kind, amount) = match self.status {
            Status::AwaitingCustomer | Status::Processing => return None,
            Status::Authorised => (EntryKind::Authorised, self.money.amount),
            Status::Captured => (EntryKind::Captured, self.captured),
            Status::Cancelled => (EntryKind::Cancelled, self.money.amount),
        };
        Some(PaymentEntry {
            order_id: order_id.clone(),
            kind,
            provider: self.provider,
            reference: self.reference.clone(),
            money: Money::new(amount, self.money.currency),
            at,
        })
    }
}

/// How far a payment has come at its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing was tried yet, an attempt failed, or the customer's bank asks something of the customer.
    AwaitingCustomer,
    /// Under way: it can be neither cancelled nor relied on.
    Processing,
    /// The bank holds the money for us until it is captured or cancelled.
    Authorised,
    Captured,
    Cancelled,
}

/// What became of a wish to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancellation {
    Cancelled,
    /// It was too late: what was captured has to be refunded or fulfilled.
    AlreadyCaptured(Payment),
    AlreadyCancelled,
}

/// Captured money, or a part of it, that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    pub order_id: OrderId,
    /// The provider's id of the payment that is given back.
    pub reference: String,
    pub money: Money,
    /// Names the refund: the same id is the same refund, however often it is asked for.
    pub refund_id: RefundId,
}

/// A refund at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub provider: Provider,
    /// The provider's id of the refund.
    pub reference: String,
    pub status: RefundStatus,
    pub money: Money,
}

impl Refund {
    /// The ledger entry of a refund that went through: the one that its webhook leads to as well.
    pub fn entry(&self, order_id: &OrderId, at: Timestamp) -> Option<PaymentEntry> {
        (self.status == RefundStatus::Succeeded).then(|| PaymentEntry {
            order_id: order_id.clone(),
            kind: EntryKind::Refunded,
            provider: self.provider,
            reference: self.reference.clone(),
            money: self.money,
            at,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    /// The provider has accepted it; a webhook says how it ends.
    Pending,
    Succeeded,
    /// The money stays with us. Another try needs another refund id.
    Failed,
}

/// What a provider reports of its own accord, in our words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookEvent {
    /// An entry for the ledger.
    Movement(PaymentEntry),
    /// Nothing that an order has to know.
    Ignored { kind: String },
    /// Something that no rule here covers and that a person has to look at: a refund that failed after it was promised,
    /// a disputed charge, money that moved without naming an order.
    Attention {
        kind: String,
        /// The provider's id of what it is about.
        reference: String,
        order_id: Option<OrderId>,
        why: &'static str,
    },
}

/// A payment provider. Every call may be repeated: none of them charges or gives back twice.
///
/// Each returns within the time-outs of the provider's settings; see [`PaymentError::is_retryable`] for what to do after.
pub trait PaymentProvider: Send + Sync {
    fn provider(&self) -> Provider;

    /// Makes the payment of an order, and finds it again: the order's id is the idempotency key, so asking once more
    /// answers with the same payment, as it is now. Providers forget keys after 24 hours, and would then make a second
    /// payment; an order's payment window is shorter.
    fn create<'a>(&'a self, payment: &'a NewPayment) -> Answer<'a, Result<Payment, PaymentError>>;

    /// The payment as it is now.
    fn fetch<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Payment, PaymentError>>;

    /// Makes sure that nothing more can be paid. A payment under way is [`PaymentError::Unavailable`]: ask again later.
    fn cancel<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Cancellation, PaymentError>>;

    /// Takes authorised money: all of it or less. The rest is released.
    fn capture<'a>(&'a self, reference: &'a str, money: Money) -> Answer<'a, Result<Payment, PaymentError>>;

    /// Gives captured money back. The refund's id is the idempotency key, and a refund that was made longer ago than
    /// providers remember keys is found by it all the same.
    fn refund<'a>(&'a self, refund: &'a NewRefund) -> Answer<'a, Result<Refund, PaymentError>>;

    /// Verifies that `body` (the raw bytes) comes from the provider, and only then reads it. A rejection is the sender's
    /// fault and is answered with 400; event types that are not known are [`WebhookEvent::Ignored`].
    ///
    /// Asynchronous, because some providers sign with certificates that have to be fetched.
    fn parse_webhook<'a>(
        &'a self,
        headers: &'a HeaderMap,
        body: &'a [u8],
        now: Timestamp,
    ) -> Answer<'a, Result<WebhookEvent, WebhookRejected>>;
}
