//! Does at the provider what an order's end asks for: nothing more may be paid for it, and what it owes goes back.
//!
//! A message only says that there may be something to do; what is to be done is read from the order and the ledger.

mod config;

use std::sync::Arc;

use sipstr_events::{Event, Fact, OrderFact};
use sipstr_payments::{PaymentProvider, Stripe, StripeKeys, StripeSettings};
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_settlement::settle;
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;

pub use config::Config;

#[derive(Clone)]
pub struct State {
    pub clock: Clock,
    pub orders: Orders,
    pub payments: Payments,
    pub provider: Arc<dyn PaymentProvider>,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, stripe: StripeKeys) -> Self {
        let settings = StripeSettings { base_url: config.stripe_url.clone(), ..StripeSettings::default() };
        Self {
            clock: Clock::system(),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            provider: Arc::new(Stripe::new(stripe, settings)),
        }
    }
}

/// Settles the order of a message that says that it ended or owes money.
pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let Some(fact) = to_settle(&event.fact) else { return Ok(()) };
    let order = state.orders.get(&fact.order_id).await?.ok_or("the order of an event is not there")?;
    let settled = settle(&order, &state.payments, &*state.provider, state.clock.now()).await?;
    if let Some(metric) = settled.metric() {
        count(metric, 1);
    }
    tracing::info!(orderId = %order.id, outcome = ?settled, "settled");
    Ok(())
}

fn to_settle(fact: &Fact) -> Option<&OrderFact> {
    match fact {
        Fact::OrderCancelled(fact)
        | Fact::OrderExpired(fact)
        | Fact::OrderPaymentFailed(fact)
        | Fact::OrderRefundDue(fact)
        | Fact::OrderReturned(fact) => Some(fact),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
