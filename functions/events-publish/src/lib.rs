//! The outbox: turns what was committed to the tables into events on the topic.
//!
//! The stream carries what was written, so an event is neither lost nor invented. A record that cannot be published stops
//! its shard for a bounded time and then goes to the dead-letter queue; records before it are not published again by
//! choice, but may be, and consumers do not mind.

mod config;
mod facts;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use aws_sdk_sns::types::MessageAttributeValue;
use sipstr_events::Event;
use sipstr_runtime::{Aws, Error, HandlerError, count};

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub topic: aws_sdk_sns::Client,
    pub topic_arn: String,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { topic: aws_sdk_sns::Client::new(aws.config()), topic_arn: config.topic_arn.clone() }
    }
}

/// Publishes the facts of each record in order; stops at the first that fails, which is where the stream goes on.
pub async fn handle(batch: StreamEvent, state: &State) -> Result<DynamoDbEventResponse, Error> {
    let mut response = DynamoDbEventResponse::default();
    for record in batch.records {
        let sequence_number = record.change.sequence_number.clone();
        if let Err(error) = publish_record(record, state).await {
            tracing::error!(cause = %error, sequenceNumber = sequence_number, "the record was not published");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    Ok(response)
}

async fn publish_record(record: EventRecord, state: &State) -> Result<(), HandlerError> {
    for event in facts::of_record(record)? {
        publish(&event, state).await?;
    }
    Ok(())
}

async fn publish(event: &Event, state: &State) -> Result<(), HandlerError> {
    let kind = event.fact.type_name();
    let attribute = MessageAttributeValue::builder().data_type("String").string_value(kind).build()?;
    let message = serde_json::to_string(event)?;
    let call = state.topic.publish().topic_arn(&state.topic_arn).message(message).message_attributes("type", attribute);
    call.send().await.map_err(aws_sdk_sns::error::DisplayErrorContext).map_err(|error| error.to_string())?;
    count("events_published", 1);
    tracing::info!(correlationId = event.correlation_id, eventType = kind, subject = event.subject, "published");
    Ok(())
}
