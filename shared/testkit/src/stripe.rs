//! The customer's side of Stripe: what its fields in the app do with the client secret.

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{Answer, World};

impl World {
    /// Pays with a card that works.
    pub async fn pay(&self, placed: &Value) {
        let (status, body) = self.pay_with(placed, "4242424242424242").await;
        assert!(status.is_success(), "the payment failed: {body:#}");
    }

    /// Pays with this card, at the provider; what comes of it reaches us by webhook.
    pub async fn pay_with(&self, placed: &Value, card: &str) -> (StatusCode, Value) {
        let intent = placed["payment"]["reference"].as_str().expect("a payment");
        let card = [
            ("type", "card"),
            ("card[number]", card),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2034"),
            ("card[cvc]", "123"),
        ];
        let (_, method) = self.stripe_post("/v1/payment_methods", &card).await;
        let method = method["id"].as_str().expect("a payment method");
        self.stripe_post(&format!("/v1/payment_intents/{intent}"), &[("payment_method", method)]).await;
        self.stripe_post(&format!("/v1/payment_intents/{intent}/confirm"), &[]).await
    }

    pub async fn stripe_post(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let call = self.client.post(format!("{}{path}", self.stack.stripe)).bearer_auth(&self.keys.stripe_api_key);
        let response = call.form(form).send().await.expect("the provider answers");
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    pub async fn stripe_get(&self, path: &str) -> Value {
        let call = self.client.get(format!("{}{path}", self.stack.stripe)).bearer_auth(&self.keys.stripe_api_key);
        call.send().await.expect("the provider answers").json().await.expect("JSON")
    }

    /// What of a payment the provider has given back, in minor units.
    pub async fn refunded_at_provider(&self, intent: &str) -> i64 {
        let refunds = self.stripe_get(&format!("/v1/refunds?payment_intent={intent}")).await;
        refunds["data"].as_array().into_iter().flatten().filter_map(|refund| refund["amount"].as_i64()).sum()
    }

    /// Tells the provider's fake to fail: see infra/local/README.md.
    pub async fn stripe_fault(&self, fault: Value) {
        let sent = self.client.post(format!("{}/_config/faults", self.stack.stripe)).json(&fault).send().await;
        assert!(sent.expect("the fake answers").status().is_success());
    }

    /// A webhook with these bytes, signed now with the right secret.
    pub async fn webhook(&self, body: &[u8]) -> Answer {
        self.webhook_signed(body, &self.signature(body, Timestamp::now())).await
    }

    pub async fn webhook_signed(&self, body: &[u8], signature: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("stripe-signature", signature)];
        self.api.send_raw(reqwest::Method::POST, "/v1/webhooks/stripe", Some(body.to_vec()), &headers).await
    }

    /// The signature header that Stripe would send for these bytes at this time.
    pub fn signature(&self, body: &[u8], at: Timestamp) -> String {
        sipstr_payments::stripe::sign(&sipstr_payments::Secret::new(&self.keys.stripe_webhook_secret), body, at)
    }

    /// The event that reports a capture, as Stripe words it.
    pub fn captured_event(&self, order: &str, intent: &str, amount: i64) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "id": format!("evt_{}", intent.trim_start_matches("pi_")), "object": "event", "created": now,
            "type": "payment_intent.succeeded",
            "data": {"object": {
                "id": intent, "object": "payment_intent", "amount": amount, "amount_received": amount,
                "currency": "usd", "status": "succeeded", "created": now, "metadata": {"order_id": order},
                "client_secret": format!("{intent}_secret_x"), "capture_method": "automatic_async",
            }},
        })
    }
}
