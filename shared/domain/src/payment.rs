//! Payments as an order sees them, and the append-only entries that say what a provider did.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::OrderId;
use crate::money::Money;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    Stripe,
}

/// What a provider reported, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Authorised,
    Captured,
    Failed,
    Cancelled,
    Refunded,
}

impl EntryKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorised => "authorised",
            Self::Captured => "captured",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

/// One movement at the provider. Its kind and the provider's reference name it: the same report twice is one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentEntry {
    pub order_id: OrderId,
    pub kind: EntryKind,
    pub provider: Provider,
    /// The provider's id of the movement: of the payment for a capture, of the refund for a refund.
    pub reference: String,
    pub money: Money,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Nothing captured yet.
    Pending,
    Paid,
    /// Captured money that must go back.
    RefundDue,
    Refunded,
    /// Nothing was captured, and nothing will be.
    Void,
}

/// The money side of an order, in minor units of its currency: `captured ≥ refunded` always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSummary {
    pub status: PaymentStatus,
    pub captured: i64,
    pub refunded: i64,
    /// What must still go back.
    pub refund_due: i64,
}

impl PaymentSummary {
    /// Whether nothing has happened yet.
    pub fn is_untouched(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for PaymentSummary {
    fn default() -> Self {
        Self { status: PaymentStatus::Pending, captured: 0, refunded: 0, refund_due: 0 }
    }
}
