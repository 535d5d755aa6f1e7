//! Splits the stock of a product that is fought over.
//!
//! An event names how many buckets there were when buyers met; a product that has another number by now was seen to already, so
//! an event that comes again, or late, splits nothing twice.

mod config;

use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::inventory::Inventory;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub inventory: Inventory,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), inventory: Inventory::new(aws.dynamodb(), &config.inventory_table) }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let Fact::InventoryHot(hot) = event.fact else { return Ok(()) };
    let place = (&hot.store_id, &hot.product_id);
    if let Some(buckets) = state.inventory.split_hot(place, hot.buckets, state.clock.now()).await? {
        count("products_split", 1);
        tracing::info!(storeId = %hot.store_id, productId = %hot.product_id, buckets, "split");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_a_batch_for_this_function() {
        let sample = include_str!("../../../events/aws/buckets-on-heat.inventory.hot.json");
        let batch: SqsEvent = serde_json::from_str(sample).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::InventoryHot(_)));
    }
}
