//! The edge, with a ledger that nothing reaches: whatever writes is answered with 503, so a 200 or a 400 wrote nothing.

use aws_credential_types::Credentials;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use sipstr_payments::{Secret, WebhookEvent};
use sipstr_runtime::Clock;
use tower::ServiceExt;

use super::*;

const SAMPLE: &str = include_str!("../../../events/aws/payments-webhook.stripe.json");
const IGNORED: &str = include_str!("../../../events/webhooks/stripe/customer.created.json");
const DISPUTE: &str = include_str!("../../../events/webhooks/stripe/charge.dispute.created.json");
const SIGNED_AT: i64 = 1_795_415_000;

fn now() -> Timestamp {
    Timestamp::from_second(SIGNED_AT + 1).unwrap()
}

fn state() -> State {
    let credentials = Credentials::new("test", "test", None, None, "test");
    let aws = Aws::new(credentials, "us-west-2".into(), Some("http://127.0.0.1:9".into()));
    let config = Config { payments_table: "payments".into(), stripe_secret: "stripe".into() };
    let keys = StripeKeys { api_key: Secret::new("sk_test"), webhook_secrets: vec![secret()] };
    State { clock: Clock::from_fn(now), ..State::new(&config, &aws, keys) }
}

fn secret() -> Secret {
    Secret::new("whsec_sample")
}

fn request(body: &str, signature: String) -> Request<Body> {
    let request = Request::post("/v1/webhooks/stripe").header(sipstr_payments::stripe::SIGNATURE_HEADER, signature);
    request.body(Body::from(body.to_owned())).unwrap()
}

fn signed(body: &str) -> Request<Body> {
    request(body, sipstr_payments::stripe::sign(&secret(), body.as_bytes(), now()))
}

async fn answer(request: Request<Body>) -> (StatusCode, serde_json::Value) {
    let response = router(state()).oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn what_is_not_signed_is_rejected_without_saying_why() {
    let flipped = signed(IGNORED).map(|_| Body::from(IGNORED.replacen('1', "2", 1)));
    let foreign = sipstr_payments::stripe::sign(&Secret::new("whsec_other"), IGNORED.as_bytes(), now());
    let old = Timestamp::from_second(SIGNED_AT - 301).unwrap();
    let replayed = sipstr_payments::stripe::sign(&secret(), IGNORED.as_bytes(), old);
    let unsigned = Request::post("/v1/webhooks/stripe").body(Body::from(IGNORED)).unwrap();
    let mut details = Vec::new();
    for request in [flipped, request(IGNORED, foreign), request(IGNORED, replayed), unsigned, signed("not JSON")] {
        let (status, body) = answer(request).await;
        assert_eq!((status, body["code"].as_str()), (StatusCode::BAD_REQUEST, Some("webhook_rejected")));
        details.push(body["detail"].clone());
    }
    details.dedup();
    assert_eq!(details.len(), 1);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let (status, body) = answer(signed(&" ".repeat(256 * 1024 + 1))).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("body_too_large")));
}

#[tokio::test]
async fn what_no_order_needs_is_acknowledged() {
    for body in [IGNORED, DISPUTE] {
        assert_eq!(answer(signed(body)).await, (StatusCode::OK, serde_json::json!({})));
    }
}

#[tokio::test]
async fn a_movement_that_cannot_be_noted_is_asked_for_again() {
    let movement = include_str!("../../../events/webhooks/stripe/payment_intent.succeeded.json");
    let (status, body) = answer(signed(movement)).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("unavailable")));
}

#[tokio::test]
async fn the_gateways_envelope_keeps_every_byte_that_was_signed() {
    let plain: serde_json::Value = serde_json::from_str(SAMPLE).unwrap();
    let mut encoded = plain.clone();
    let body = plain["body"].as_str().unwrap();
    encoded["body"] = base64_of(body).into();
    encoded["isBase64Encoded"] = true.into();
    for envelope in [plain, encoded] {
        let request = lambda_http::request::from_str(&envelope.to_string()).unwrap();
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
        let (parts, body) = request.into_parts();
        let event = state().stripe.parse_webhook(&parts.headers, &body, now()).await;
        assert!(matches!(event, Ok(WebhookEvent::Movement(_))), "{event:?}");
    }
}

fn base64_of(body: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(body)
}
