//! Tells partners what they are to be told, until they have taken it or there is no more use in trying.
//!
//! It comes twice: an event for each message that was asked for anew (the fast path), and a sweep every minute over those that are
//! due (retries, and what an event was lost of). Whoever takes a message in hand writes that first, so nobody else sends it for a
//! minute; who dies over it leaves it to the next sweep, and the partner tells a repetition by its id.

mod config;
mod post;

use std::time::{Duration, Instant};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use sipstr_domain::partner::{Attempt, Message, MessageState, Miss, Subscription, SubscriptionState};
use sipstr_domain::{MessageId, SubscriptionId};
use sipstr_events::{Event, Fact};
use sipstr_http::Signer;
use sipstr_outside::Guarded;
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_storage::partners::Partners;

pub use config::Config;

/// How long a partner may take to be reached, and to answer.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(10);

/// Most messages that one sweep looks at in each partition; the next sweep goes on.
const MOST: i32 = 100;
const AT_ONCE: usize = 16;

/// When a sweep takes up no more; the one in hand may take as long as a partner may.
const ENOUGH: Duration = Duration::from_secs(40);

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub partners: Partners,
    pub signer: Signer,
    pub outside: Guarded,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, signer: Signer) -> Self {
        Self {
            clock: Clock::system(),
            partners: Partners::new(aws.dynamodb(), &config.partners_table),
            signer,
            outside: Guarded::new(CONNECT, ANSWER, config.reach),
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
    Due,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    Swept { tried: usize },
    Queue(SqsBatchResponse),
}

pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    match trigger {
        Trigger::Schedule { sweep: Sweep::Due } => Ok(Outcome::Swept { tried: sweep(state).await? }),
        Trigger::Queue(batch) => {
            Ok(Outcome::Queue(sipstr_runtime::handle_batch(batch, |event| on_event(event, state)).await))
        }
    }
}

async fn on_event(event: Event, state: &State) -> Result<(), HandlerError> {
    match event.fact {
        Fact::WebhookDue(fact) => tell(state, &fact.subscription_id, &fact.message_id).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Tries whatever is due. One that fails in our own house is left to the next sweep and does not stop this one.
async fn sweep(state: &State) -> Result<usize, HandlerError> {
    let until = Instant::now() + ENOUGH;
    let due = state.partners.due(state.clock.now(), MOST).await?;
    let tried = futures::stream::iter(due)
        .take_while(|_| std::future::ready(Instant::now() < until))
        .map(async |due| match tell(state, &due.subscription, &due.message).await {
            Ok(tried) => tried,
            Err(error) => {
                tracing::error!(message = %due.message, cause = %error, "a partner could not be told");
                false
            }
        })
        .buffer_unordered(AT_ONCE)
        .filter(|tried| std::future::ready(*tried))
        .count()
        .await;
    tracing::info!(tried, "swept");
    Ok(tried)
}

/// One try; `false` where it was not due, or somebody else has it in hand.
async fn tell(state: &State, id: &SubscriptionId, message: &MessageId) -> Result<bool, HandlerError> {
    let Some(message) = state.partners.message(id, message).await? else { return Ok(false) };
    let Some(claimed) = message.claimed(state.clock.now()) else { return Ok(false) };
    if !state.partners.advance(&message, &claimed).await? {
        return Ok(false);
    }
    let subscriptions = state.partners.of_store(&claimed.store_id).await?;
    let active = subscriptions.get(id).filter(|found| found.state == SubscriptionState::Active);
    let attempt = match active {
        Some(subscription) => post::send(state, subscription, &claimed).await,
        None => Attempt { at: state.clock.now(), miss: Some(Miss::SwitchedOff), status: None, millis: 0 },
    };
    let after = claimed.after(attempt.clone());
    // Where a minute was too short somebody else has it by now, and says what became of it.
    state.partners.advance(&claimed, &after).await?;
    if attempt.miss != Some(Miss::SwitchedOff) {
        note(state, &claimed, &attempt).await?;
    }
    told(&after, &attempt);
    Ok(true)
}

/// Writes at the subscription what the try says of the partner, where it says anything new.
async fn note(state: &State, message: &Message, attempt: &Attempt) -> Result<(), HandlerError> {
    let (taken, gone) = (attempt.miss.is_none(), attempt.miss == Some(Miss::Gone));
    let next = |found: &Subscription| found.after(taken, gone, attempt.at);
    let altered = state.partners.alter(&message.store_id, |before| {
        let next = before.get(&message.subscription_id).and_then(next);
        Ok::<_, std::convert::Infallible>(next.map_or_else(|| before.clone(), |next| before.replaced(next)))
    });
    let Ok(subscriptions) = altered.await?;
    let disabled = |found: &Subscription| found.state == SubscriptionState::Disabled;
    if !taken && subscriptions.get(&message.subscription_id).is_some_and(disabled) {
        count("webhooks_disabled", 1);
        tracing::warn!(storeId = %message.store_id, webhook = %message.subscription_id, "a partner is told no more");
    }
    Ok(())
}

fn told(message: &Message, attempt: &Attempt) {
    let metric = match message.state {
        MessageState::Delivered => "webhooks_delivered",
        MessageState::Due => "webhooks_to_retry",
        MessageState::GivenUp => "webhooks_given_up",
    };
    count(metric, 1);
    tracing::info!(
        message = %message.id, webhook = %message.subscription_id, kind = message.kind, miss = ?attempt.miss,
        status = attempt.status, millis = attempt.millis, "a partner was told"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_triggers_are_told_apart() {
        let schedule: Trigger =
            serde_json::from_str(include_str!("../../../events/aws/partners-deliver.schedule.json")).unwrap();
        assert!(matches!(schedule, Trigger::Schedule { sweep: Sweep::Due }));
        let queue: Trigger =
            serde_json::from_str(include_str!("../../../events/aws/partners-deliver.webhook.due.json")).unwrap();
        let Trigger::Queue(batch) = queue else { panic!("a batch") };
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::WebhookDue(_)));
    }
}
