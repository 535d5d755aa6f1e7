//! Notes what scheduled prices did: writes the history with the instant at which each began or ended, compares a reduction with
//! the lowest price before it, and puts the listing into its place in lists that are ordered by price.
//!
//! Nobody waits for it: what is asked at a moment follows from the schedules themselves. A minute late, a list is in the order
//! of a minute ago, and a reduction is not yet told of as one.

mod config;

use serde::{Deserialize, Serialize};
use sipstr_domain::{ProductId, StoreId};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_storage::catalog::Catalog;

pub use config::Config;

/// Most listings that one sweep looks at; the next one goes on.
const MOST: i32 = 500;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub catalog: Catalog,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), catalog: Catalog::new(aws.dynamodb(), &config.catalog_table) }
    }
}

/// What calls this function.
#[derive(Debug, Deserialize)]
pub struct Trigger {
    pub sweep: Sweep,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    Prices,
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    settled: usize,
}

/// Settles whatever is due. A listing that cannot be settled now is left to the next sweep and does not stop this one.
pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    let Trigger { sweep: Sweep::Prices } = trigger;
    let mut settled = 0;
    for (store, product) in state.catalog.due(state.clock.now(), MOST).await.map_err(HandlerError::from)? {
        match settle(state, &store, &product).await {
            Ok(changed) => settled += usize::from(changed),
            Err(error) => {
                tracing::error!(storeId = %store, productId = %product, cause = %error, "a price could not be settled");
            }
        }
    }
    count("prices_settled", settled as u64);
    tracing::info!(settled, "swept");
    Ok(Outcome { settled })
}

/// `false` where somebody changed the listing meanwhile, and with that settled it.
async fn settle(state: &State, store: &StoreId, product: &ProductId) -> Result<bool, HandlerError> {
    let Some(before) = state.catalog.get_now(store, product).await? else { return Ok(false) };
    // The index knows seconds: what is due within this one waits for the next sweep.
    let now = state.clock.now();
    let mut after = before.clone();
    let changes = after.settle(now);
    Ok(state.catalog.change(&before, after, &changes, now).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sweeps_prices_and_nothing_else() {
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"prices"}"#).is_ok());
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"expired"}"#).is_err());
    }
}
