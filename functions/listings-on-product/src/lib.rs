//! Carries a changed product into the listings of every store that has it: what customers see, and whether it is sold at all.
//!
//! A message only says which product to look at; each listing is brought to the record as it is then, on condition that it is
//! of an older version. So messages may come twice, late or in another order, and one that broke off is begun anew.

mod config;

use futures::stream::{self, StreamExt, TryStreamExt};
use sipstr_domain::ProductId;
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, HandlerError, count};
use sipstr_storage::catalog::{Catalog, Followed};
use sipstr_storage::products::Products;

pub use config::Config;

/// Listings that are written at once: a product that every store of a large country sells is through within one invocation.
const IN_FLIGHT: usize = 16;

#[derive(Debug, Clone)]
pub struct State {
    pub catalog: Catalog,
    pub products: Products,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            catalog: Catalog::new(aws.dynamodb(), &config.catalog_table),
            products: Products::new(aws.dynamodb(), &config.products_table),
        }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    match &event.fact {
        Fact::ProductChanged(fact) => follow(&fact.product_id, state).await,
        _ => Ok(()),
    }
}

async fn follow(product: &ProductId, state: &State) -> Result<(), HandlerError> {
    let record = state.products.get(product).await?.ok_or("the product of an event is not there")?;
    let (mut from, mut followed) = (None, 0_u64);
    loop {
        let (stores, next) = state.catalog.stores_of(product, from).await?;
        let mut answers =
            stream::iter(&stores).map(|store| state.catalog.follow(store, &record)).buffer_unordered(IN_FLIGHT);
        while let Some(answer) = answers.try_next().await? {
            followed += u64::from(answer == Followed::Yes);
        }
        from = next;
        if from.is_none() {
            break;
        }
    }
    count("listings_followed", followed);
    tracing::info!(%product, version = record.version, followed, "listings follow their product");
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_a_changed_product() {
        let batch = include_str!("../../../events/aws/listings-on-product.product.changed.json");
        let batch: SqsEvent = serde_json::from_str(batch).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::ProductChanged(fact) if fact.version == 2));
    }
}
