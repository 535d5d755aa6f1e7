//! Writes what an order and its payments did into the books.
//!
//! A message only says that there may be something to write; what it is follows from the order and its payments as they are
//! stored. So messages may come twice and in any order, and one that is lost is made up for by the next one of its order, or by
//! the nightly closing.

mod config;

use sipstr_domain::OrderId;
use sipstr_domain::books::journal;
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, HandlerError, count};
use sipstr_storage::books::Books;
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub books: Books,
    pub orders: Orders,
    pub payments: Payments,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            books: Books::new(aws.dynamodb(), &config.books_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
        }
    }
}

/// Writes what is not yet written of the order that a message is about.
pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let Some(id) = to_write(&event.fact) else { return Ok(()) };
    let order = state.orders.get(id).await?.ok_or("the order of an event is not there")?;
    let payments = state.payments.of_order(id).await?;
    let written = state.books.of_order(id).await?.entries;
    let mut new = 0;
    for entry in journal(&order, &payments)? {
        if !written.iter().any(|there| there.id() == entry.id()) {
            new += u64::from(state.books.append(&entry).await?);
        }
    }
    if new > 0 {
        count("book_entries", new);
    }
    tracing::info!(orderId = %id, new, "the books are up to date");
    Ok(())
}

fn to_write(fact: &Fact) -> Option<&OrderId> {
    match fact {
        Fact::OrderConfirmed(fact)
        | Fact::OrderCancelled(fact)
        | Fact::OrderReturned(fact)
        | Fact::OrderGoodsRefunded(fact) => Some(&fact.order_id),
        Fact::PaymentCaptured(fact) | Fact::PaymentRefunded(fact) => Some(&fact.order_id),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
