use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Problem, Public};
use sipstr_payments::{PaymentProvider, WebhookEvent};
use sipstr_runtime::{Clock, count, record};
use sipstr_storage::payments::Payments;

/// Largest report that is read: several times what a provider sends.
const LIMIT_BYTES: usize = 256 * 1024;

/// The report was noted, or is none that has to be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Received {}

/// Takes a report of Stripe. It is believed by its signature over the raw bytes, and by nothing else.
///
/// A movement of money becomes a ledger entry, once however often it is reported. Reports of other kinds are acknowledged,
/// so that they do not come again; one that needs a person raises an alarm. Where the ledger is out of reach the answer is
/// 503, and Stripe sends the report again.
#[utoipa::path(
    post, path = "/v1/webhooks/stripe", tag = "Webhooks", operation_id = "receiveStripeWebhook",
    params(("Stripe-Signature" = String, Header)),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 200, body = Received),
        (status = 400, body = ProblemBody, description = "`webhook_rejected`"),
        (status = 413, body = ProblemBody, description = "`body_too_large`"),
        (status = 503, body = ProblemBody, description = "`unavailable`: send it again"),
    ),
)]
pub async fn receive_stripe(
    _: Public,
    State(stripe): State<Arc<dyn PaymentProvider>>,
    State(payments): State<Payments>,
    State(clock): State<Clock>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Json<Received>> {
    let body = to_bytes(body, LIMIT_BYTES).await.map_err(|_| too_large())?;
    let now = clock.now();
    let event = stripe.parse_webhook(&headers, &body, now).await.map_err(|rejected| {
        tracing::warn!(cause = %rejected, "a webhook was rejected");
        count("webhooks_rejected", 1);
        // What exactly is wrong with it would help nobody but a forger.
        Problem::bad_request("webhook_rejected", "this is not a webhook that can be accepted")
    })?;
    match event {
        WebhookEvent::Movement(entry) => {
            record("webhook_age_seconds", now.duration_since(entry.at).as_secs_f64());
            let new = payments.append(&entry).await?;
            count(if new { "webhooks_noted" } else { "webhooks_repeated" }, 1);
            tracing::info!(orderId = %entry.order_id, kind = entry.kind.as_str(), new, "a movement was reported");
        }
        WebhookEvent::Ignored { kind } => {
            count("webhooks_ignored", 1);
            tracing::info!(kind, "a report that no order needs");
        }
        WebhookEvent::Attention { kind, reference, order_id, why } => {
            count("webhooks_for_a_person", 1);
            let order = order_id.as_ref().map(tracing::field::display);
            tracing::error!(kind, reference, orderId = order, why, "a person has to look at this payment");
        }
    }
    Ok(Json(Received {}))
}

fn too_large() -> Problem {
    let detail = format!("a webhook has at most {LIMIT_BYTES} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}
