//! Keeping nothing for longer than it may be kept. Sessions, notices, security events, limits and codes expire by themselves
//! (`ttl`), files by the rules of their bucket; what is left is done here once a day.

use serde::Serialize;
use sipstr_domain::privacy::{ORDERS_KEPT, UNPROVED_KEPT, is_unfinished, is_without_person};
use sipstr_runtime::{HandlerError, count};

use crate::{State, erase};

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tidied {
    /// Orders that lost their person.
    pub orders: usize,
    /// Accounts that nobody proved to be theirs.
    pub accounts: usize,
}

pub async fn sweep(state: &State) -> Result<Tidied, HandlerError> {
    let tidied = Tidied { orders: orders(state).await?, accounts: unproved(state).await? };
    tracing::info!(orders = tidied.orders, accounts = tidied.accounts, "tidied");
    count("orders_pseudonymised", tidied.orders as u64);
    Ok(tidied)
}

async fn orders(state: &State) -> Result<usize, HandlerError> {
    let before = state.clock.now() - ORDERS_KEPT;
    let (mut done, mut from) = (0, None);
    loop {
        let page = state.orders.placed_before(before, from).await?;
        for order in page.items.iter().filter(|order| !is_unfinished(order) && !is_without_person(&order.destination)) {
            // The delivery first: where it stops between the two, the order is found again.
            state.deliveries.forget_person(&order.id).await?;
            done += usize::from(state.orders.forget_person(&order.id).await?);
        }
        from = page.next;
        if from.is_none() {
            return Ok(done);
        }
    }
}

async fn unproved(state: &State) -> Result<usize, HandlerError> {
    let now = state.clock.now();
    let (mut done, mut from) = (0, None);
    loop {
        let page = state.accounts.unproved_since(now - UNPROVED_KEPT, from).await?;
        for account in &page.items {
            done += usize::from(erase::forget(state, account, now).await?);
        }
        from = page.next;
        if from.is_none() {
            return Ok(done);
        }
    }
}
