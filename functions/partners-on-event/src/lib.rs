//! Writes what a store's partners are to be told of an event: a message for each subscription that wants it, once however often the
//! event comes. `partners-deliver` sends it.

mod config;

use serde_json::{Value, json};
use sipstr_domain::StoreId;
use sipstr_domain::partner::Message;
use sipstr_events::Event;
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::partners::Partners;

pub use config::Config;

/// Whom an event is about is not the partner's business.
const PERSONAL: [&str; 2] = ["customerId", "courierId"];

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub partners: Partners,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), partners: Partners::new(aws.dynamodb(), &config.partners_table) }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let data = told(&event)?;
    let Some(store) = data["storeId"].as_str().and_then(|id| id.parse::<StoreId>().ok()) else { return Ok(()) };
    let kind = event.fact.type_name();
    let subscriptions = state.partners.of_store(&store).await?;
    let mut written = 0;
    for subscription in subscriptions.items.iter().filter(|subscription| subscription.wants(kind)) {
        let body = json!({"type": kind, "timestamp": event.time, "data": data}).to_string();
        let place = (store.clone(), subscription.id.clone());
        let message = Message::of(place, &event.id, kind, body, state.clock.now());
        written += u64::from(state.partners.tell(&message).await?);
    }
    count("webhooks_written", written);
    Ok(())
}

/// The event's data without people.
fn told(event: &Event) -> Result<Value, HandlerError> {
    let mut data = serde_json::to_value(&event.fact)?["data"].take();
    if let Some(fields) = data.as_object_mut() {
        fields.retain(|name, _| !PERSONAL.contains(&name.as_str()));
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;
    use sipstr_domain::partner::EVENTS;

    use super::*;

    fn sample(kind: &str) -> Event {
        let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/domain/{}.json"), kind);
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn what_partners_hear_names_a_store_and_nobody() {
        for kind in EVENTS {
            let data = told(&sample(kind)).unwrap();
            assert!(data["storeId"].as_str().is_some_and(|id| id.parse::<StoreId>().is_ok()), "{kind}: {data}");
            assert!(!data.to_string().contains("usr_") && !data.to_string().contains("crr_"), "{kind}: {data}");
        }
    }

    #[test]
    fn the_queue_receives_what_partners_may_ask_for() {
        let functions = include_str!("../../../infra/terraform/modules/app/functions.tf");
        let block =
            functions.split("partners-on-event = {").nth(1).and_then(|rest| rest.split("tables").next()).unwrap();
        for kind in EVENTS {
            assert!(block.contains(&format!("\"{kind}\"")), "{kind} is not in the queue's list");
        }
        assert_eq!(block.matches("\"").count(), EVENTS.len() * 2);
    }

    #[test]
    fn the_sample_is_a_batch_for_this_function() {
        let sample = include_str!("../../../events/aws/partners-on-event.order.confirmed.json");
        let batch: SqsEvent = serde_json::from_str(sample).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(event.fact.type_name(), "order.confirmed");
    }
}
