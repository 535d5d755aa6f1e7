//! Placing an order: one batch read, one transaction, one call to the payment provider.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sipstr_checkout::{Obstacle, Quote, Request, Ticket, quote};
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::order::{Action, Actor, Due, DueKind, FeeTax, Order, OrderLine, OrderState, TimelineEntry};
use sipstr_domain::payment::PaymentSummary;
use sipstr_domain::pricing::{FeeKind, PricedFee};
use sipstr_domain::{Money, OrderId};
use sipstr_http::problem::FieldError;
use sipstr_http::{ApiResult, Problem};
use sipstr_payments::{NewPayment, Payment, PaymentError, PaymentProvider};
use sipstr_runtime::count;
use sipstr_storage::checkout::{Checkout, Facts, Question};
use sipstr_storage::orders::{GiveBack, Orders};
use sipstr_storage::placing::{Placed, Placing, Shortage, Wish};

use crate::access;

/// The bucket that served this function last: instances that stick to different buckets never collide.
#[derive(Debug)]
pub struct Preferred(AtomicU16);

impl Default for Preferred {
    /// Instances begin anywhere, so that they do not all begin at the same bucket.
    fn default() -> Self {
        Self(AtomicU16::new(fastrand::u16(..)))
    }
}

/// How long a caller waits for the provider: well within this function's 10 s, of which the reservation took some.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(7);

/// What placing needs, made once.
pub struct Cashier {
    pub checkout: Checkout,
    pub placing: Placing,
    pub orders: Orders,
    pub give_back: GiveBack,
    pub provider: Arc<dyn PaymentProvider>,
    pub payment_window: SignedDuration,
    pub local_clock: LocalClock,
    pub preferred: Preferred,
}

/// An order with the payment that it waits for.
pub struct PlacedOrder {
    pub order: Order,
    /// `None` where store credit pays all of it.
    pub payment: Option<Payment>,
}

impl Cashier {
    /// Places what the ticket says, once for each order id. `request_hash` tells a repeated request from another one that
    /// uses the same key.
    pub async fn place(
        &self,
        id: OrderId,
        ticket: &Ticket,
        request_hash: String,
        now: Timestamp,
    ) -> ApiResult<PlacedOrder> {
        let question = Question {
            customer: &ticket.customer,
            store: &ticket.store,
            address: Some(&ticket.address),
            lines: &ticket.lines,
            asks: &ticket.promotions,
            automatic: false,
            credit: ticket.credit > 0,
            order: Some(&id),
            now,
        };
        let mut facts = self.checkout.read(&question).await?;
        let order = match facts.order.take() {
            Some(order) => same_request(order, &request_hash)?,
            None => self.place_new(id, ticket, request_hash, facts, now).await?,
        };
        self.with_payment(order, now).await
    }

    async fn place_new(
        &self,
        id: OrderId,
        ticket: &Ticket,
        request_hash: String,
        facts: Facts,
        now: Timestamp,
    ) -> ApiResult<Order> {
        if now >= ticket.expires_at {
            return Err(Problem::conflict("quote_expired", "ask for a new quote"));
        }
        let request = Request {
            store: &ticket.store,
            lines: &ticket.lines,
            typed: None,
            asks: &ticket.promotions,
            tip: ticket.tip,
            use_credit: ticket.credit > 0,
            now,
            clock: self.local_clock,
        };
        let quote = quote(&request, &facts).ok_or_else(Problem::not_found)?;
        if !quote.obstacles.is_empty() {
            // What is in the way may be this very order: the same request, sent twice at once.
            let stored = self.orders.get(&id).await?;
            return stored.map_or_else(|| Err(stopped(&quote.obstacles)), |order| same_request(order, &request_hash));
        }
        let today = quote.on;
        if quote.uses.len() != ticket.promotions.len() {
            let gone = quote.told.iter().find_map(|told| told.reason.as_ref());
            let detail = gone.map_or_else(String::new, |reason| format!("{}; ask for a new quote", reason.detail));
            return Err(Problem::conflict("promotion_not_applicable", detail));
        }
        if quote.price.total != ticket.total {
            let total = Money::new(quote.price.total, quote.price.currency);
            let detail = format!("the total is now {total}; ask for a new quote");
            return Err(Problem::conflict("price_changed", detail));
        }
        if quote.credit != ticket.credit {
            return Err(credit_changed());
        }
        let order = self.order(id, ticket, request_hash, quote, &facts, now)?;
        let preferred = self.preferred.0.load(Ordering::Relaxed);
        let wish = Wish { order, today, shelves: facts.shelves, cart_version: ticket.cart_version, preferred };
        let hash = wish.order.request_hash.clone();
        match self.placing.place(wish).await? {
            Placed::New(order) => {
                let served = order.lines.first().and_then(|line| line.takes.first());
                self.preferred.0.store(served.map_or(preferred, |take| take.bucket), Ordering::Relaxed);
                count("orders_placed", 1);
                Ok(*order)
            }
            Placed::Before(order) => same_request(*order, &hash),
            Placed::OutOfStock(short) => {
                count("reservations_lost_to_a_race", 1);
                Err(out_of_stock(&short))
            }
            Placed::TooManyToday(over) => {
                let too_many = |over: &Shortage| Obstacle::too_many_today(&over.product_id, over.left);
                Err(stopped(&over.iter().map(too_many).collect::<Vec<_>>()))
            }
            Placed::CartMoved => {
                Err(Problem::conflict("cart_changed", "the cart is not what was quoted; ask for a new quote"))
            }
            Placed::TooLarge => {
                Err(Problem::conflict("order_too_large", "these bottles do not fit into one order; order them in two"))
            }
            Placed::CreditSpent => Err(credit_changed()),
            Placed::PromotionUsedUp => {
                let detail = "a promotion of this quote has been used up; ask for a new quote";
                Err(Problem::conflict("promotion_not_applicable", detail))
            }
        }
    }

    fn order(
        &self,
        id: OrderId,
        ticket: &Ticket,
        request_hash: String,
        quote: Quote,
        facts: &Facts,
        now: Timestamp,
    ) -> ApiResult<Order> {
        let missing = || Problem::internal("a quote without obstacles lacks its store, address or trace");
        let destination = facts.address.clone().ok_or_else(missing)?;
        let trace = quote.trace.ok_or_else(missing)?;
        let commission = facts.store.as_ref().ok_or_else(missing)?.commission;
        let expires_at = now + self.payment_window;
        let price = quote.price;
        let (delivery_fee, service_fee) = (price.fee(FeeKind::Delivery), price.fee(FeeKind::Service));
        let small_order_fee = price.fee(FeeKind::SmallOrder);
        let fee_tax = |fee: &PricedFee| {
            let kind = fee.kind;
            fee.taxes.iter().map(move |share| FeeTax { fee: kind, share: *share }).collect::<Vec<_>>()
        };
        let fee_taxes = price.fees.iter().flat_map(fee_tax).collect();
        let line = |priced| OrderLine { priced, takes: Vec::new(), refunded: 0, counted_on: None };
        let state = OrderState::PendingPayment;
        Ok(Order {
            id,
            version: 1,
            state,
            customer_id: ticket.customer.clone(),
            store_id: ticket.store.clone(),
            destination,
            currency: price.currency,
            lines: price.lines.into_iter().map(line).collect(),
            discount: price.discount,
            delivery_fee,
            service_fee,
            small_order_fee,
            tip: price.tip,
            total: price.total,
            credit: quote.credit,
            credit_back: 0,
            taxes: price.terms,
            fee_taxes,
            promo_code: ticket.promo_code.clone(),
            promotions: quote.uses,
            commission,
            payment: PaymentSummary::default(),
            refunds: Vec::new(),
            trace,
            request_hash,
            placed_at: now,
            expires_at,
            ready_by: None,
            due: Some(Due { kind: DueKind::Expiry, at: expires_at }),
            timeline: vec![TimelineEntry { at: now, state, actor: Actor::Customer, note: None }],
        })
    }

    /// Confirms an order that store credit pays; one that was confirmed or has ended stays as it is.
    async fn covered(&self, order: Order, now: Timestamp) -> ApiResult<PlacedOrder> {
        let action = Action::CoverWithCredit;
        let order = access::advance(&self.orders, &self.give_back, &order.id, &action, Actor::System, now).await?;
        Ok(PlacedOrder { order, payment: None })
    }

    /// Makes the payment after the reservation is committed, or finds the one that was made before.
    async fn with_payment(&self, order: Order, now: Timestamp) -> ApiResult<PlacedOrder> {
        if order.due() == 0 {
            return self.covered(order, now).await;
        }
        let wanted = NewPayment { order_id: order.id.clone(), money: order.due_money() };
        let asked = tokio::time::timeout(PROVIDER_PATIENCE, self.provider.create(&wanted)).await;
        let answer = asked.unwrap_or_else(|_| Err(PaymentError::Unavailable { detail: "it took too long".to_owned() }));
        match answer {
            Ok(payment) => Ok(PlacedOrder { order, payment: Some(payment) }),
            Err(PaymentError::Rejected { code, message }) => Err(Problem::internal(format!("{code}: {message}"))),
            Err(error) => {
                tracing::warn!(orderId = %order.id, cause = %error, "the provider did not make the payment");
                let mut problem = Problem::unavailable();
                problem.code = "payment_provider_unavailable";
                problem.detail = "your bottles are kept; repeat the request with the same key to pay".to_owned();
                Err(problem)
            }
        }
    }
}

fn credit_changed() -> Problem {
    Problem::conflict("credit_changed", "your store credit is not what was quoted; ask for a new quote")
}

fn same_request(order: Order, request_hash: &str) -> ApiResult<Order> {
    if order.request_hash == request_hash {
        return Ok(order);
    }
    let detail = "this Idempotency-Key was used for another request";
    Err(Problem::unprocessable("idempotency_key_reused", detail))
}

/// The problem of what stops the order: the first one gives the code, all of them are listed.
fn stopped(obstacles: &[Obstacle]) -> Problem {
    let first = &obstacles[0];
    count_refusal(first.code);
    let mut problem = match first.by_rule {
        true => Problem::unprocessable(first.code, first.detail.clone()),
        false => Problem::conflict(first.code, first.detail.clone()),
    };
    problem.rule = first.rule.clone();
    problem.with_errors(
        obstacles
            .iter()
            .map(|obstacle| FieldError {
                pointer: obstacle.product_id.as_ref().map(ToString::to_string).unwrap_or_default(),
                detail: obstacle.detail.clone(),
            })
            .collect(),
    )
}

fn out_of_stock(short: &[Shortage]) -> Problem {
    let obstacles: Vec<Obstacle> =
        short.iter().map(|shortage| Obstacle::out_of_stock(&shortage.product_id, shortage.left)).collect();
    stopped(&obstacles)
}

fn count_refusal(code: &'static str) {
    count(
        match code {
            "out_of_stock" => "orders_refused_out_of_stock",
            "under_age" => "orders_refused_under_age",
            "outside_selling_hours" | "store_closed" => "orders_refused_hours",
            _ => "orders_refused_other",
        },
        1,
    );
}
