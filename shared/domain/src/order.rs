//! An order's life: one pure function decides every transition, whoever asks for it.
//!
//! `pending_payment → confirmed → preparing → ready → out_for_delivery → delivered`, with `expired`, `payment_failed`,
//! `cancelled`, and `returning → returned`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::Address;
use crate::books::Commission;
use crate::compliance::Trace;
use crate::money::{Currency, Money};
use crate::payment::{PaymentStatus, PaymentSummary};
use crate::pricing::TaxTerm;
use crate::promotion::{PromoCode, PromotionUse};
use crate::{OrderId, StoreId, UserId};

mod line;
mod money;
mod refund;
mod state;

pub use line::{FeeTax, OrderLine};
pub use refund::{PartRefund, RefundedLine, RefundedUnits};
pub use state::{Actor, OrderState};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub state: OrderState,
    pub actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What has to be looked at again when nothing happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// The payment window ends.
    Expiry,
    /// Money should have moved at the provider by then.
    Payment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub kind: DueKind,
    pub at: Timestamp,
}

/// An order. Amounts are minor units of `currency`, as they were accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Stored under the name of the table's key, so that an item says it once.
    #[serde(rename = "pk")]
    pub id: OrderId,
    pub version: u64,
    pub state: OrderState,
    pub customer_id: UserId,
    pub store_id: StoreId,
    pub destination: Address,
    pub currency: Currency,
    pub lines: Vec<OrderLine>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub discount: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delivery_fee: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub service_fee: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub small_order_fee: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tip: i64,
    pub total: i64,
    /// The part of the total that store credit paid.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub credit: i64,
    /// What of that went back in all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub credit_back: i64,
    /// The taxes that something of it bears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxTerm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fee_taxes: Vec<FeeTax>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    /// What it used of which promotion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<PromotionUse>,
    /// What the platform keeps of the goods, as it was when the order was placed.
    #[serde(default)]
    pub commission: Commission,
    #[serde(default, skip_serializing_if = "PaymentSummary::is_untouched")]
    pub payment: PaymentSummary,
    /// Which goods were paid back while the order went on, oldest first. Only appended to: the books are kept by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<PartRefund>,
    pub trace: Trace,
    /// Hash of the request that placed it: the same key with another body is told apart by it.
    pub request_hash: String,
    /// Stored within the key of its place in lists, `<time>#<some digits>`, so that an item says it once.
    #[serde(rename = "placedKey", deserialize_with = "time_of_key")]
    pub placed_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_by: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    pub timeline: Vec<TimelineEntry>,
}

fn time_of_key<'de, D: serde::Deserializer<'de>>(key: D) -> Result<Timestamp, D::Error> {
    let key = String::deserialize(key)?;
    key.split('#').next().unwrap_or_default().parse().map_err(serde::de::Error::custom)
}

/// What is nothing is not written: a write costs a unit for each started kilobyte of the item.
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// What somebody or something wants of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The provider holds the money.
    Capture {
        amount: i64,
    },
    /// Credit pays all of it: there is nothing for a provider to do.
    CoverWithCredit,
    /// The provider says that nothing will be paid.
    VoidPayment,
    /// The provider gave money back: the sum of all refunds so far.
    SettleRefund {
        refunded: i64,
    },
    /// Some of the goods are paid back, and the order goes on.
    RefundLines {
        lines: Vec<RefundedLine>,
        reason: String,
    },
    /// The payment window has ended.
    Expire,
    Cancel {
        reason: String,
    },
    Accept {
        preparation_minutes: u16,
    },
    Reject {
        reason: String,
    },
    MarkReady,
    PickUp,
    HandOver,
    Refuse {
        reason: String,
    },
    Return,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Transition {
    Changed {
        order: Box<Order>,
        /// Whether the bottles go back to their buckets, in the same transaction.
        gives_back: bool,
    },
    /// It was so already: a repeated message or a second click.
    Unchanged,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("an order that is {} cannot be {attempted}", state.as_str())]
    WrongState { state: OrderState, attempted: &'static str },
    #[error("the payment window is still open")]
    WindowOpen,
    #[error("the provider reports a second capture")]
    CapturedTwice,
    #[error("more would be refunded than was captured")]
    RefundTooLarge,
    #[error("a refund is on its way; try again when it has arrived")]
    RefundPending,
    #[error("this order has no such line, or fewer of it than would be refunded")]
    NotInOrder,
    #[error("more of a line was refunded before")]
    RefundedBefore,
}

/// How long money may take to move before somebody asks the provider.
pub const PAYMENT_PATIENCE: SignedDuration = SignedDuration::from_mins(5);

impl Order {
    pub fn total_money(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    /// What a provider is to be paid: the total less store credit.
    pub fn due(&self) -> i64 {
        self.total - self.credit
    }

    pub fn due_money(&self) -> Money {
        Money::new(self.due(), self.currency)
    }

    /// Decides what `action` makes of this order. The caller stores the result on condition that the version is still this.
    pub fn apply(&self, action: &Action, actor: Actor, now: Timestamp) -> Result<Transition, Refusal> {
        use OrderState::*;
        match action {
            Action::Capture { amount } => self.capture(*amount, now),
            Action::CoverWithCredit => match self.state {
                PendingPayment if self.due() == 0 => {
                    let mut next = self.moved(Confirmed, Actor::System, None, now);
                    next.payment.status = PaymentStatus::Paid;
                    next.due = None;
                    Ok(kept(next))
                }
                PendingPayment => Err(self.wrong("confirmed without a payment")),
                _ => Ok(Transition::Unchanged),
            },
            Action::VoidPayment => match self.state {
                PendingPayment => self.end(PaymentFailed, Actor::System, None, now),
                _ => Ok(Transition::Unchanged),
            },
            Action::SettleRefund { refunded } => self.settle_refund(*refunded, now),
            Action::RefundLines { lines, reason } => self.refund_lines(lines, reason, actor, now),
            Action::Expire => match self.state {
                PendingPayment if now < self.expires_at => Err(Refusal::WindowOpen),
                PendingPayment => self.end(Expired, Actor::System, None, now),
                _ => Ok(Transition::Unchanged),
            },
            Action::Cancel { reason } => match self.state {
                PendingPayment | Confirmed | Preparing | Ready => self.end(Cancelled, actor, Some(reason.clone()), now),
                Cancelled => Ok(Transition::Unchanged),
                _ => Err(self.wrong("cancelled")),
            },
            Action::Reject { reason } => match self.state {
                Confirmed | Preparing => self.end(Cancelled, actor, Some(reason.clone()), now),
                Cancelled => Ok(Transition::Unchanged),
                _ => Err(self.wrong("rejected")),
            },
            Action::Accept { preparation_minutes } => match self.state {
                Confirmed => {
                    let mut next = self.moved(Preparing, actor, None, now);
                    next.ready_by = Some(now + SignedDuration::from_mins(i64::from(*preparation_minutes)));
                    Ok(kept(next))
                }
                Preparing => Ok(Transition::Unchanged),
                _ => Err(self.wrong("accepted")),
            },
            Action::MarkReady => self.step(Preparing, Ready, actor, None, "marked ready", now),
            Action::PickUp => self.step(Ready, OutForDelivery, actor, None, "picked up", now),
            Action::HandOver => self.step(OutForDelivery, Delivered, actor, None, "handed over", now),
            Action::Refuse { reason } => {
                self.step(OutForDelivery, Returning, actor, Some(reason.clone()), "refused at the door", now)
            }
            Action::Return => match self.state {
                Returning => self.end(Returned, actor, None, now),
                Returned => Ok(Transition::Unchanged),
                _ => Err(self.wrong("returned")),
            },
        }
    }

    /// Ends the order in a state that holds no stock: bottles go back, and so does captured money.
    ///
    /// A refund that is on its way is waited for: the provider knows it by its amount, which may not change meanwhile.
    fn end(
        &self,
        state: OrderState,
        actor: Actor,
        note: Option<String>,
        now: Timestamp,
    ) -> Result<Transition, Refusal> {
        if self.payment.refund_due > 0 {
            return Err(Refusal::RefundPending);
        }
        let mut next = self.moved(state, actor, note, now);
        let kept = match state {
            // The courier went both ways: the fee and the tip stay.
            OrderState::Returned => self.delivery_kept(),
            _ => 0,
        };
        let left = self.payment.captured - self.payment.refunded;
        let owed = left - kept;
        // What is kept is kept of the money first, and of the credit only where the money does not reach.
        next.credit_back = self.credit_back.max(self.credit - (kept - left).max(0));
        next.due = None;
        if owed > 0 {
            next.owe(owed, now);
        } else {
            next.payment.status = if self.payment.captured > 0 { PaymentStatus::Refunded } else { PaymentStatus::Void };
        }
        Ok(Transition::Changed { order: Box::new(next), gives_back: self.state.holds_stock() })
    }

    fn step(
        &self,
        from: OrderState,
        to: OrderState,
        actor: Actor,
        note: Option<String>,
        attempted: &'static str,
        now: Timestamp,
    ) -> Result<Transition, Refusal> {
        if self.state == to {
            return Ok(Transition::Unchanged);
        }
        if self.state != from {
            return Err(self.wrong(attempted));
        }
        Ok(kept(self.moved(to, actor, note, now)))
    }

    fn moved(&self, state: OrderState, actor: Actor, note: Option<String>, now: Timestamp) -> Order {
        let mut next = self.touched();
        next.state = state;
        next.timeline.push(TimelineEntry { at: now, state, actor, note });
        next
    }

    fn touched(&self) -> Order {
        Order { version: self.version + 1, ..self.clone() }
    }

    fn wrong(&self, attempted: &'static str) -> Refusal {
        Refusal::WrongState { state: self.state, attempted }
    }
}

fn kept(order: Order) -> Transition {
    Transition::Changed { order: Box::new(order), gives_back: false }
}

#[cfg(test)]
pub(crate) mod tests;
