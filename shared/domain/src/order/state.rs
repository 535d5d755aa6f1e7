//! The states that an order can be in, and who can move it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    PendingPayment,
    Confirmed,
    Preparing,
    Ready,
    OutForDelivery,
    Delivered,
    Expired,
    PaymentFailed,
    Cancelled,
    Returning,
    Returned,
}

impl OrderState {
    pub const ALL: [Self; 11] = [
        Self::PendingPayment,
        Self::Confirmed,
        Self::Preparing,
        Self::Ready,
        Self::OutForDelivery,
        Self::Delivered,
        Self::Expired,
        Self::PaymentFailed,
        Self::Cancelled,
        Self::Returning,
        Self::Returned,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Confirmed => "confirmed",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Expired => "expired",
            Self::PaymentFailed => "payment_failed",
            Self::Cancelled => "cancelled",
            Self::Returning => "returning",
            Self::Returned => "returned",
        }
    }

    /// Whether bottles are kept from other buyers for this order and not yet sold.
    pub const fn holds_stock(self) -> bool {
        matches!(
            self,
            Self::PendingPayment
                | Self::Confirmed
                | Self::Preparing
                | Self::Ready
                | Self::OutForDelivery
                | Self::Returning
        )
    }

    /// Whether it was paid, and goods were or will be given for it.
    pub const fn keeps_money(self) -> bool {
        matches!(
            self,
            Self::Confirmed | Self::Preparing | Self::Ready | Self::OutForDelivery | Self::Delivered | Self::Returning
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Customer,
    Store,
    Courier,
    Support,
    System,
}
