//! Stripe's objects, as far as we read them: the same in answers and in webhooks.
//!
//! Fields that a version or a fake may leave out are optional; what is not listed is not looked at.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use sipstr_domain::payment::Provider;
use sipstr_domain::{Currency, Money, OrderId, RefundId};

use crate::{Payment, PaymentError, RefundStatus, Secret, Status};

#[derive(Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
}

/// Text by name that we set when we make something. Payments that others made have other things there, or nothing.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(super) struct Metadata(HashMap<String, String>);

impl Metadata {
    pub fn order_id(&self) -> Option<OrderId> {
        self.0.get("order_id")?.parse().ok()
    }
}

/// <https://docs.stripe.com/api/payment_intents/object>
#[derive(Deserialize)]
pub(super) struct PaymentIntent {
    pub id: String,
    client_secret: Option<Secret>,
    status: IntentStatus,
    pub amount: i64,
    pub amount_received: Option<i64>,
    pub amount_capturable: Option<i64>,
    pub currency: String,
    #[serde(default)]
    pub metadata: Metadata,
    pub last_payment_error: Option<LastError>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
}

/// Why the latest attempt failed. There is no charge where it failed before the bank was asked.
#[derive(Deserialize)]
pub(super) struct LastError {
    pub charge: Option<String>,
}

impl PaymentIntent {
    pub fn payment(self) -> Result<Payment, PaymentError> {
        let currency = currency(&self.currency)
            .ok_or_else(|| PaymentError::unavailable("the payment is in a currency that we do not sell in"))?;
        let client_secret = self
            .client_secret
            .ok_or_else(|| PaymentError::unavailable("the payment came without its client secret"))?;
        let status = match self.status {
            IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction => {
                Status::AwaitingCustomer
            }
            IntentStatus::Processing => Status::Processing,
            IntentStatus::RequiresCapture => Status::Authorised,
            IntentStatus::Succeeded => Status::Captured,
            IntentStatus::Canceled => Status::Cancelled,
        };
        let captured = if status == Status::Captured { self.amount_received.unwrap_or(self.amount) } else { 0 };
        Ok(Payment {
            provider: Provider::Stripe,
            order_id: self.metadata.order_id(),
            reference: self.id,
            client_secret,
            status,
            money: Money::new(self.amount, currency),
            captured,
        })
    }
}

/// <https://docs.stripe.com/api/refunds/object>
#[derive(Deserialize)]
pub(super) struct Refund {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    status: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
}

impl Refund {
    /// Whether it is the one that we made under this id.
    pub fn is(&self, id: &RefundId) -> bool {
        self.metadata.0.get("refund_id").is_some_and(|known| known == id.as_str())
    }

    pub fn status(&self) -> RefundStatus {
        match self.status.as_deref() {
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed" | "canceled") => RefundStatus::Failed,
            _ => RefundStatus::Pending,
        }
    }

    pub fn refund(self) -> Result<crate::Refund, PaymentError> {
        let currency = currency(&self.currency)
            .ok_or_else(|| PaymentError::unavailable("the refund is in a currency that we do not sell in"))?;
        Ok(crate::Refund {
            provider: Provider::Stripe,
            status: self.status(),
            reference: self.id,
            money: Money::new(self.amount, currency),
        })
    }
}

/// <https://docs.stripe.com/api/disputes/object>
#[derive(Deserialize)]
pub(super) struct Dispute {
    pub id: String,
}

/// Stripe writes ISO 4217 in lower case. Its minor units are ours for every currency that we sell in
/// (<https://docs.stripe.com/currencies>).
pub(super) fn currency(code: &str) -> Option<Currency> {
    let code = code.to_uppercase();
    Currency::deserialize(IntoDeserializer::<Error>::into_deserializer(code.as_str())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_read_in_lower_case_and_unknown_ones_are_nothing() {
        assert_eq!(currency("usd"), Some(Currency::Usd));
        assert_eq!(currency("jpy"), Some(Currency::Jpy));
        assert_eq!(currency("xof"), None);
    }

    #[test]
    fn an_order_id_that_is_none_of_ours_is_none() {
        let metadata: Metadata = serde_json::from_str(r#"{"order_id": "6735"}"#).unwrap();
        assert_eq!(metadata.order_id(), None);
    }
}
