//! Ends orders whose payment window has passed and gives their bottles back.
//!
//! It comes twice: a queue that delays each `order.placed` by the window (the fast path), and a sweep every minute over the
//! index of due orders (the safety net). Both ask the same state machine, so an order that was paid meanwhile stays.

mod config;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde::{Deserialize, Serialize};
use sipstr_domain::OrderId;
use sipstr_domain::order::{Action, Actor, DueKind, Refusal};
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_storage::orders::{Advance, GiveBack, Orders};

pub use config::Config;

/// Most orders that one sweep looks at in each partition; the next sweep goes on.
const MOST: i32 = 100;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub orders: Orders,
    pub give_back: GiveBack,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            give_back: GiveBack {
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: config.credits_table.clone(),
            },
        }
    }
}

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    Schedule { sweep: Sweep },
    Queue(SqsEvent),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    Expired,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    Swept { expired: usize },
    Queue(SqsBatchResponse),
}

pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    match trigger {
        Trigger::Schedule { sweep: Sweep::Expired } => Ok(Outcome::Swept { expired: sweep(state).await? }),
        Trigger::Queue(batch) => {
            Ok(Outcome::Queue(sipstr_runtime::handle_batch(batch, |event| on_event(event, state)).await))
        }
    }
}

async fn on_event(event: Event, state: &State) -> Result<(), HandlerError> {
    match event.fact {
        Fact::OrderPlaced(fact) => expire(state, &fact.order_id).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Expires whatever is due. An order that cannot be expired now is left to the next sweep and does not stop this one.
async fn sweep(state: &State) -> Result<usize, HandlerError> {
    let mut expired = 0;
    for due in state.orders.due(DueKind::Expiry, state.clock.now(), MOST).await? {
        match expire(state, &due.id).await {
            Ok(changed) => expired += usize::from(changed),
            Err(error) => tracing::error!(orderId = %due.id, cause = %error, "the order could not be expired"),
        }
    }
    tracing::info!(expired, "swept");
    Ok(expired)
}

async fn expire(state: &State, id: &OrderId) -> Result<bool, HandlerError> {
    let now = state.clock.now();
    match state.orders.advance(&state.give_back, id, &Action::Expire, Actor::System, now).await? {
        Advance::Changed(_) => {
            count("orders_expired", 1);
            Ok(true)
        }
        // The queue was early by a clock's error: the sweep comes within a minute.
        Advance::Refused(Refusal::WindowOpen) => Ok(false),
        Advance::Unchanged(_) | Advance::NotFound => Ok(false),
        Advance::Refused(refusal) => Err(refusal.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_triggers_are_told_apart() {
        let schedule: Trigger = serde_json::from_str(r#"{"sweep":"expired"}"#).unwrap();
        assert!(matches!(schedule, Trigger::Schedule { sweep: Sweep::Expired }));
        let queue: Trigger = serde_json::from_str(r#"{"Records":[]}"#).unwrap();
        assert!(matches!(queue, Trigger::Queue(_)));
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"everything"}"#).is_err());
    }
}
