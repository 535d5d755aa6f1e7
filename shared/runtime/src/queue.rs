//! Queues of events: each message on its own, failures reported message by message.

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use serde_json::Value;
use sipstr_events::{Event, Fact};

use crate::{Error, count, telemetry};

/// Why a message was not handled; it comes again, and after five times it is put aside in the dead-letter queue.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// Runs a function whose only source is a queue of events.
pub async fn consume<F, Fut>(handler: F) -> Result<(), Error>
where
    F: Fn(Event) -> Fut,
    Fut: Future<Output = Result<(), HandlerError>>,
{
    let handler = &handler;
    crate::run(move |batch: SqsEvent| async move { Ok(handle_batch(batch, handler).await) }).await
}

/// Handles each message of a batch and says which ones failed.
pub async fn handle_batch<F, Fut>(batch: SqsEvent, handler: F) -> SqsBatchResponse
where
    F: Fn(Event) -> Fut,
    Fut: Future<Output = Result<(), HandlerError>>,
{
    let (cold, handler) = (telemetry::is_cold(), &handler);
    handle_messages(batch, |message| async move { handle_message(&message, handler, cold).await }).await
}

/// Handles each message of a batch, whatever it is, and says which ones failed.
pub async fn handle_messages<F, Fut>(batch: SqsEvent, handler: F) -> SqsBatchResponse
where
    F: Fn(SqsMessage) -> Fut,
    Fut: Future<Output = Result<(), HandlerError>>,
{
    let mut failures = Vec::new();
    for message in batch.records {
        let id = message.message_id.clone();
        if let Err(error) = handler(message).await {
            tracing::error!(messageId = id, cause = %error, "the message failed");
            count("messages_failed", 1);
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id.unwrap_or_default();
            failures.push(failure);
        }
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    response
}

async fn handle_message<F, Fut>(message: &SqsMessage, handler: &F, cold: bool) -> Result<(), HandlerError>
where
    F: Fn(Event) -> Fut,
    Fut: Future<Output = Result<(), HandlerError>>,
{
    let body: Value = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    let kind = body.get("type").and_then(Value::as_str).unwrap_or_default();
    if !Fact::TYPES.contains(&kind) {
        tracing::info!(eventType = kind, "an event of a type that is not known here is ignored");
        return Ok(());
    }
    let event: Event = serde_json::from_value(body)?;
    let (id, kind, subject) = (event.correlation_id.clone(), event.fact.type_name(), event.subject.clone());
    sipstr_events::correlation::scope(id.clone(), async {
        // Boxed, because the futures of SDK calls are nested too deeply for the compiler otherwise.
        Box::pin(handler(event)).await?;
        tracing::info!(correlationId = %id, eventType = kind, subject, coldStart = cold, "handled");
        Ok(())
    })
    .await
}
