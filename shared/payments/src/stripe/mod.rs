//! Stripe: PaymentIntents, refunds and webhooks over its REST API, <https://docs.stripe.com/api>.
//!
//! Card data never reaches us: the customer's app confirms the intent with Stripe's own fields and the client secret.

mod client;
mod objects;
mod signature;
mod webhook;
#[cfg(test)]
mod wire_tests;

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use sipstr_domain::Money;
use sipstr_domain::payment::Provider;

use crate::{
    Answer, Cancellation, NewPayment, NewRefund, Payment, PaymentError, PaymentProvider, Refund, Secret, Status,
    WebhookEvent, WebhookRejected,
};
use client::{Call, Client};
use objects::{List, PaymentIntent};

pub use signature::{HEADER as SIGNATURE_HEADER, sign};

/// What the secret store holds for Stripe.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StripeKeys {
    pub api_key: Secret,
    /// The endpoint's signing secrets: one, or two while a new one takes over.
    pub webhook_secrets: Vec<Secret>,
}

/// How Stripe is reached. The defaults are for Stripe itself.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// Without a trailing slash. A plain `http` address is a fake on this machine.
    pub base_url: String,
    pub capture: Capture,
    pub connect_timeout: Duration,
    /// Of one try. A request is tried at most three times and an operation takes at most two requests, so by default the
    /// longest ends within 27 s: inside the 30 s that the gateway waits.
    pub timeout: Duration,
    /// The first wait between tries; the second is twice as long. Both are shortened at random by up to a half.
    pub backoff: Duration,
}

impl Default for StripeSettings {
    fn default() -> Self {
        Self {
            base_url: "https://api.stripe.com".to_owned(),
            capture: Capture::Automatic,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(4),
            backoff: Duration::from_millis(400),
        }
    }
}

/// When the money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// As soon as the bank agrees.
    Automatic,
    /// When [`PaymentProvider::capture`] is called; Stripe cancels what is not captured within 7 days.
    Manual,
}

pub struct Stripe {
    client: Client,
    webhook_secrets: Vec<Secret>,
    capture: Capture,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("client", &self.client).field("capture", &self.capture).finish_non_exhaustive()
    }
}

impl Stripe {
    pub fn new(keys: StripeKeys, settings: StripeSettings) -> Self {
        let capture = settings.capture;
        Self { client: Client::new(keys.api_key, settings), webhook_secrets: keys.webhook_secrets, capture }
    }

    async fn create_intent(&self, payment: &NewPayment) -> Result<Payment, PaymentError> {
        let method = match self.capture {
            Capture::Automatic => "automatic_async",
            Capture::Manual => "manual",
        };
        let call = Call::post("/v1/payment_intents".to_owned())
            .key(payment.order_id.as_str())
            .field("amount", payment.money.amount)
            .field("currency", payment.money.currency.code().to_lowercase())
            .field("capture_method", method)
            // Wallets come with cards; methods that take days to pay cannot pay for a bottle that leaves in minutes.
            .field("payment_method_types[]", "card")
            .field("metadata[order_id]", &payment.order_id);
        let (intent, replayed) = self.client.send_noting_replay::<PaymentIntent>(&call).await?;
        // A replayed answer is the first one, word for word: what has happened to the payment since is not in it.
        if replayed { self.fetch_intent(&intent.id).await } else { intent.payment() }
    }

    async fn fetch_intent(&self, reference: &str) -> Result<Payment, PaymentError> {
        let call = Call::get(intent_path(reference, "")?);
        self.client.send::<PaymentIntent>(&call).await?.payment()
    }

    async fn cancel_intent(&self, reference: &str) -> Result<Cancellation, PaymentError> {
        // No idempotency key: cancelling twice is harmless, and a key would only bring back an outdated refusal.
        let call = Call::post(intent_path(reference, "/cancel")?);
        let refusal = match self.client.send::<PaymentIntent>(&call).await {
            Ok(_) => return Ok(Cancellation::Cancelled),
            Err(refusal @ PaymentError::Rejected { .. }) => refusal,
            Err(error) => return Err(error),
        };
        // Refused because of the status that it has reached, or not there at all: it has to say so itself.
        let payment = self.fetch_intent(reference).await?;
        match payment.status {
            Status::Captured => Ok(Cancellation::AlreadyCaptured(payment)),
            Status::Cancelled => Ok(Cancellation::AlreadyCancelled),
            Status::Processing => Err(PaymentError::unavailable("the payment is under way")),
            Status::AwaitingCustomer | Status::Authorised => Err(refusal),
        }
    }

    async fn capture_intent(&self, reference: &str, money: Money) -> Result<Payment, PaymentError> {
        let call = Call::post(intent_path(reference, "/capture")?).field("amount_to_capture", money.amount);
        let refusal = match self.client.send::<PaymentIntent>(&call).await {
            Ok(intent) => return intent.payment(),
            Err(refusal @ PaymentError::Rejected { .. }) => refusal,
            Err(error) => return Err(error),
        };
        // Captured by an earlier call whose answer was lost.
        let payment = self.fetch_intent(reference).await?;
        let done = payment.status == Status::Captured && payment.captured == money.amount;
        if done { Ok(payment) } else { Err(refusal) }
    }

    async fn create_refund(&self, refund: &NewRefund) -> Result<Refund, PaymentError> {
        let reference = checked(&refund.reference)?;
        // Look before acting: a message that is redriven after a day finds that Stripe has forgotten the key.
        let path = format!("/v1/refunds?payment_intent={reference}&limit=100");
        let earlier = self.client.send::<List<objects::Refund>>(&Call::get(path)).await?;
        if let Some(known) = earlier.data.into_iter().find(|known| known.is(&refund.refund_id)) {
            return known.refund();
        }
        let call = Call::post("/v1/refunds".to_owned())
            .key(refund.refund_id.as_str())
            .field("payment_intent", reference)
            .field("amount", refund.money.amount)
            .field("metadata[order_id]", &refund.order_id)
            .field("metadata[refund_id]", &refund.refund_id);
        self.client.send::<objects::Refund>(&call).await?.refund()
    }
}

fn intent_path(reference: &str, action: &str) -> Result<String, PaymentError> {
    Ok(format!("/v1/payment_intents/{}{action}", checked(reference)?))
}

/// A reference becomes part of a path, so it must be one word.
fn checked(reference: &str) -> Result<&str, PaymentError> {
    if !reference.is_empty() && reference.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Ok(reference);
    }
    Err(PaymentError::Rejected { code: "invalid_reference".into(), message: "not the id of a payment".into() })
}

impl PaymentProvider for Stripe {
    fn provider(&self) -> Provider {
        Provider::Stripe
    }

    fn create<'a>(&'a self, payment: &'a NewPayment) -> Answer<'a, Result<Payment, PaymentError>> {
        Box::pin(self.create_intent(payment))
    }

    fn fetch<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Payment, PaymentError>> {
        Box::pin(self.fetch_intent(reference))
    }

    fn cancel<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Cancellation, PaymentError>> {
        Box::pin(self.cancel_intent(reference))
    }

    fn capture<'a>(&'a self, reference: &'a str, money: Money) -> Answer<'a, Result<Payment, PaymentError>> {
        Box::pin(self.capture_intent(reference, money))
    }

    fn refund<'a>(&'a self, refund: &'a NewRefund) -> Answer<'a, Result<Refund, PaymentError>> {
        Box::pin(self.create_refund(refund))
    }

    fn parse_webhook<'a>(
        &'a self,
        headers: &'a HeaderMap,
        body: &'a [u8],
        now: Timestamp,
    ) -> Answer<'a, Result<WebhookEvent, WebhookRejected>> {
        let verified = signature::verify(headers, body, &self.webhook_secrets, now);
        Box::pin(std::future::ready(verified.and_then(|()| webhook::read(body))))
    }
}
