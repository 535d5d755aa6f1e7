//! Notes which carts were abandoned: full, and not touched for a while. The stream of carts tells whoever reminds.
//!
//! It looks only at the carts in the index `byIdle`, where a cart comes when something is put into it. Whatever it finds there is
//! judged by the cart itself, and noted on condition that it is still the same: two sweeps at once note it once.

mod config;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::cart::idle::Look;
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_storage::carts::{Carts, IdleCart};

pub use config::Config;

/// Most carts that one sweep looks at in each partition of the index; the next sweep goes on.
const MOST: i32 = 250;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub carts: Carts,
    pub after: SignedDuration,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), carts: Carts::new(aws.dynamodb(), &config.carts_table), after: config.after }
    }
}

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    pub sweep: Sweep,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    Abandoned,
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub looked: usize,
    pub abandoned: usize,
}

/// Looks at every cart whose time may have come. One that cannot be looked at now stays in the index and stops no other.
pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    let Trigger { sweep: Sweep::Abandoned } = trigger;
    let now = state.clock.now();
    let mut outcome = Outcome { looked: 0, abandoned: 0 };
    for idle in state.carts.idle(now - state.after, MOST).await? {
        outcome.looked += 1;
        match look(state, &idle, now).await {
            Ok(abandoned) => outcome.abandoned += usize::from(abandoned),
            Err(error) => tracing::error!(customerId = %idle.customer_id, storeId = %idle.store_id, cause = %error,
                "a cart could not be looked at"),
        }
    }
    count("carts_abandoned", outcome.abandoned as u64);
    tracing::info!(looked = outcome.looked, abandoned = outcome.abandoned, "swept");
    Ok(outcome)
}

async fn look(state: &State, idle: &IdleCart, now: Timestamp) -> Result<bool, HandlerError> {
    let cart = state.carts.of_store(&idle.customer_id, &idle.store_id).await?;
    match cart.look(now, state.after) {
        Look::Nothing => state.carts.watch(&cart, None).await.map(|_| false).map_err(Into::into),
        Look::Since(since) => state.carts.watch(&cart, Some(since)).await.map(|_| false).map_err(Into::into),
        Look::Abandoned => Ok(state.carts.remind(&cart, now).await?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_calls_this_function_and_nonsense_does_not() {
        let sample = include_str!("../../../events/aws/carts-remind.schedule.json");
        let Trigger { sweep: Sweep::Abandoned } = serde_json::from_str(sample).unwrap();
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"everything"}"#).is_err());
    }
}
