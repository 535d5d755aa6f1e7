use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::partner::{Attempt, Message, MessageState, Subscription, SubscriptionState};
use sipstr_domain::{MessageId, SubscriptionId};

/// Where a partner is told, and of what.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
pub struct WebhookView {
    pub id: SubscriptionId,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub url: String,
    pub events: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub state: SubscriptionState,
    /// Since when nothing that was sent was taken; after three days it is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl From<Subscription> for WebhookView {
    fn from(subscription: Subscription) -> Self {
        Self {
            id: subscription.id,
            version: subscription.version,
            url: subscription.wanted.url,
            events: subscription.wanted.events,
            note: subscription.wanted.note,
            state: subscription.state,
            failing_since: subscription.failing_since,
            created_at: subscription.created_at,
            changed_at: subscription.changed_at,
        }
    }
}

/// A subscription with its key, which is shown this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookWithSecret {
    pub webhook: WebhookView,
    /// `whsec_` and base64, as libraries of Standard Webhooks take it.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    pub secret: String,
}

/// What a partner was told, and what became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookMessage)]
pub struct MessageView {
    pub id: MessageId,
    /// The type of the event.
    #[schema(example = "order.confirmed")]
    pub kind: String,
    pub state: MessageState,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// The newest twenty, oldest first.
    pub attempts: Vec<Attempt>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            kind: message.kind,
            state: message.state,
            next_at: message.due_at,
            attempts: message.attempts,
            created_at: message.created_at,
        }
    }
}

/// A message with what is sent, to the letter.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WholeMessage {
    #[serde(flatten)]
    pub message: MessageView,
    pub body: String,
}
