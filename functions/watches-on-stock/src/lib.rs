//! Answers everybody who waited for a product that is there again.
//!
//! Each answer is one conditional write; its event leads to a mail and a notice. Who was answered waits no more, so an event
//! that comes again goes on where the one before stopped.

mod config;

use sipstr_events::{Event, Fact, StockFact};
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::inventory::Inventory;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub accounts: Accounts,
    pub inventory: Inventory,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
        }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let Fact::InventoryBack(StockFact { store_id, product_id, .. }) = event.fact else { return Ok(()) };
    let place = (&store_id, &product_id);
    // News that come late may be old: who is told shall find it.
    if state.inventory.level(place.0, place.1).await?.is_none_or(|level| level.available() <= 0) {
        return Ok(());
    }
    let (mut answered, mut from) = (0, None);
    loop {
        let (users, next) = state.accounts.watchers(place, from).await?;
        for user in users {
            answered += u64::from(state.accounts.answer_watch(&user, place, state.clock.now()).await?);
        }
        from = next;
        if from.is_none() {
            break;
        }
    }
    count("watches_answered", answered);
    tracing::info!(storeId = %store_id, productId = %product_id, answered, "there again");
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_a_batch_for_this_function() {
        let sample = include_str!("../../../events/aws/watches-on-stock.inventory.back.json");
        let batch: SqsEvent = serde_json::from_str(sample).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::InventoryBack(_)));
    }
}
