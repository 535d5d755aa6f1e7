//! Notes of each lot that ends soon that its store is told; the stream of `inventory` tells it, once.

mod config;

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sipstr_domain::stock::lot::WARNING_DAYS;
use sipstr_domain::{LotId, ProductId, StoreId};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_storage::inventory::Inventory;

pub use config::Config;

/// Most lots of each partition of the index that one sweep looks at; the next one goes on.
const MOST: i32 = 250;

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

/// What calls this function.
#[derive(Debug, Deserialize)]
pub struct Trigger {
    pub sweep: Sweep,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    Lots,
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    told: usize,
}

/// Notes whatever ends within the days of warning. A lot that cannot be noted now is left to the next sweep and does not stop this one.
///
/// The days are those of UTC: of a warning that is two weeks early nobody misses the hours.
pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    let Trigger { sweep: Sweep::Lots } = trigger;
    let today = state.clock.now().to_zoned(TimeZone::UTC).date();
    let by = today.saturating_add(Span::new().days(WARNING_DAYS));
    let mut told = 0;
    for (store, product, lot) in state.inventory.ending(by, MOST).await.map_err(HandlerError::from)? {
        match note(state, (&store, &product, &lot), by).await {
            Ok(noted) => told += usize::from(noted),
            Err(error) => {
                tracing::error!(storeId = %store, productId = %product, lot = %lot, cause = %error, "a lot could not be noted");
            }
        }
    }
    count("lots_told", told as u64);
    tracing::info!(told, "swept");
    Ok(Outcome { told })
}

/// `false` where the lot was used up, corrected or told of meanwhile.
async fn note(state: &State, lot: (&StoreId, &ProductId, &LotId), by: Date) -> Result<bool, HandlerError> {
    Ok(state.inventory.note_ending(lot, by, state.clock.now()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sweeps_lots_and_nothing_else() {
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"lots"}"#).is_ok());
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"prices"}"#).is_err());
    }
}
