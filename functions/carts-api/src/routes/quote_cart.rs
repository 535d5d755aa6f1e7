use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_checkout::{Obstacle, PromotionTold, Request, Ticket, quote};
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::promotion::Ask;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, Signer};
use sipstr_pricing::PriceView;
use sipstr_runtime::Clock;
use sipstr_storage::carts::Carts;
use sipstr_storage::checkout::{Checkout, Question};

use crate::desk::no_store;

/// What the cart costs now, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartQuote {
    #[serde(flatten)]
    pub price: PriceView,
    /// What store credit pays of the total.
    pub credit: i64,
    /// What is left to be paid.
    pub to_pay: i64,
    /// The promotions that were weighed: what each takes off, or why it does not.
    pub promotions: Vec<PromotionTold>,
    /// What stops an order; empty when nothing does.
    pub obstacles: Vec<Obstacle>,
    /// Orders exactly this: `POST /v1/orders`. Absent while something stops an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_expires_at: Option<String>,
}

/// Prices the cart: goods, discount, deposit, taxes, delivery and tip, each row explained, each line with its parts.
///
/// The rows sum to the total. What stops an order is listed with its reason; when nothing does, the quote carries a token
/// that can be ordered for 15 minutes at this total.
#[utoipa::path(
    get, path = "/v1/cart/quote", tag = "Cart", operation_id = "quoteCart",
    responses(
        (status = 200, body = CartQuote),
        (status = 409, body = ProblemBody, description = "`no_store_chosen`"),
    ),
    security(("bearer" = []))
)]
pub async fn quote_cart(
    customer: Customer,
    State(carts): State<Carts>,
    State(checkout): State<Checkout>,
    State(signer): State<Signer>,
    State(clock): State<Clock>,
    State(local_clock): State<LocalClock>,
) -> ApiResult<Json<CartQuote>> {
    let now = clock.now();
    let cart = carts.current(customer.id()).await?.ok_or_else(no_store)?;
    let (store, lines) = (&cart.store_id, cart.lines.wanted());
    let asks: Vec<Ask> = cart.promo_code.iter().map(|code| signer.asked(code)).collect();
    let question = Question {
        customer: customer.id(),
        store,
        address: cart.address_id.as_ref(),
        lines: &lines,
        asks: &asks,
        automatic: true,
        credit: cart.use_credit,
        order: None,
        now,
    };
    let facts = checkout.read(&question).await?;
    let request = Request {
        store,
        lines: &lines,
        typed: asks.first(),
        asks: &asks,
        tip: cart.tip,
        use_credit: cart.use_credit,
        now,
        clock: local_clock,
    };
    let quote = quote(&request, &facts).ok_or_else(no_store)?;
    let ticket = Ticket::of(&cart, &quote, now).filter(|_| quote.obstacles.is_empty());
    Ok(Json(CartQuote {
        credit: quote.credit,
        to_pay: quote.price.total - quote.credit,
        price: PriceView::of(quote.price, quote.on),
        promotions: quote.told,
        obstacles: quote.obstacles,
        quote_expires_at: ticket.as_ref().map(|ticket| ticket.expires_at.to_string()),
        quote_token: ticket.map(|ticket| signer.seal(Ticket::PURPOSE, &ticket)),
    }))
}
