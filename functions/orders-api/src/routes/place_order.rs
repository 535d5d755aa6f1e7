use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sipstr_checkout::Ticket;
use sipstr_domain::OrderId;
use sipstr_domain::payment::Provider;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, IdempotencyKey, InPerson, Problem, Signer};
use sipstr_runtime::Clock;

use crate::placing::{Cashier, PlacedOrder};
use crate::view::OrderView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceOrder {
    /// From `GET /v1/cart/quote`: what was shown is what is ordered.
    pub quote_token: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    pub order: OrderView,
    /// Absent where store credit pays all of it: the order is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentToMake>,
}

/// What the app needs to let the customer pay with the provider's own fields.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentToMake {
    pub provider: Provider,
    pub reference: String,
    pub client_secret: String,
}

/// Places an order: the bottles are reserved in one transaction, then a payment is made at the provider.
///
/// The same `Idempotency-Key` always leads to the same order. Bottles are kept until `expiresAt`; the payment confirms
/// the order. What the cart was quoted at is what is charged, or nothing is ordered.
#[utoipa::path(
    post, path = "/v1/orders", tag = "Orders", operation_id = "placeOrder",
    params(("Idempotency-Key" = String, Header)),
    request_body = PlaceOrder,
    responses(
        (status = 201, body = OrderPlaced),
        (status = 400, body = ProblemBody, description = "`invalid_quote_token`, `idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`not_while_acting`"),
        (status = 409, body = ProblemBody, description = "`out_of_stock`, `price_changed`, `quote_expired`, `cart_changed`, `credit_changed`, `promotion_not_applicable`, `below_minimum_basket`, `order_too_large`, `too_many_per_order`, `too_many_today`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`, `under_age`, `outside_selling_hours`, `email_not_verified`, `outside_delivery_area` and other rules"),
        (status = 503, body = ProblemBody, description = "`payment_provider_unavailable`: repeat with the same key"),
    ),
    security(("bearer" = []))
)]
pub async fn place_order(
    InPerson(customer): InPerson<Customer>,
    State(cashier): State<Arc<Cashier>>,
    State(signer): State<Signer>,
    State(clock): State<Clock>,
    key: IdempotencyKey,
    Body(request): Body<PlaceOrder>,
) -> ApiResult<(StatusCode, Json<OrderPlaced>)> {
    let invalid = || Problem::bad_request("invalid_quote_token", "this is not a quote that was made here");
    let ticket: Ticket = signer.open(Ticket::PURPOSE, &request.quote_token).map_err(|_| invalid())?;
    // Somebody else's quote is no quote.
    if ticket.customer != *customer.id() {
        return Err(invalid());
    }
    let id = OrderId::derive(&[customer.id().as_str(), key.as_str()]);
    let hash = hash_of(&request.quote_token);
    let PlacedOrder { order, payment } = cashier.place(id, &ticket, hash, clock.now()).await?;
    let payment = payment.map(|payment| PaymentToMake {
        provider: payment.provider,
        reference: payment.reference,
        client_secret: payment.client_secret.expose().to_owned(),
    });
    Ok((StatusCode::CREATED, Json(OrderPlaced { order: OrderView::for_customer(order), payment })))
}

fn hash_of(token: &str) -> String {
    hex::encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes()).as_ref()[..8])
}
