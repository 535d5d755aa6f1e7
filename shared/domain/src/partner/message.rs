//! What a partner is told, and what became of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{EventId, MessageId, StoreId, SubscriptionId};

/// After how long it is tried again, one after the other: about three days and four hours in all (Standard Webhooks, "Retry
/// schedule", with a minute where the sweep comes no sooner).
pub const RETRIES: [SignedDuration; 9] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// How long a message and its log are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is sent to try a subscription out.
pub const PING: &str = "webhook.ping";

/// While a try is under way nobody else makes it; whoever died over it left the message to the next.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// Attempts that are told of; later ones push the oldest out.
const MOST_TOLD: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is to be sent, or sent again.
    Due,
    Delivered,
    /// After the last retry, or because the subscription was switched off.
    GivenUp,
}

/// Why an attempt came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    /// Another answer than 2xx. Redirects are not followed.
    Refused,
    /// 410: the partner wants to hear of nothing any more.
    Gone,
    TimedOut,
    /// No connection, or one that broke.
    Unreachable,
    /// The address leads into a network that is not called.
    Forbidden,
    /// The subscription is paused, disabled or gone.
    SwitchedOff,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Absent where it was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miss: Option<Miss>,
    /// What the partner answered, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub millis: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: MessageId,
    pub subscription_id: SubscriptionId,
    pub store_id: StoreId,
    pub version: u64,
    pub kind: String,
    /// Exactly what is sent and signed.
    pub body: String,
    pub state: MessageState,
    /// Counts the times that it was asked for: first by the event, then by people.
    pub turn: u32,
    /// Tries of this turn.
    pub tries: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    pub created_at: Timestamp,
}

impl Message {
    /// What a subscription is told of an event: once, however often the event comes.
    pub fn of(
        (store_id, subscription_id): (StoreId, SubscriptionId),
        event: &EventId,
        kind: &str,
        body: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id: MessageId::derive(&[subscription_id.as_str(), event.as_str()]),
            subscription_id,
            store_id,
            version: 1,
            kind: kind.to_owned(),
            body,
            state: MessageState::Due,
            turn: 1,
            tries: 0,
            due_at: Some(now),
            attempts: Vec::new(),
            created_at: now,
        }
    }

    /// Taken in hand for one try; `None` where it is not due.
    pub fn claimed(&self, now: Timestamp) -> Option<Self> {
        let due = self.state == MessageState::Due && self.due_at.is_some_and(|due| due <= now);
        due.then(|| Self {
            version: self.version + 1,
            tries: self.tries + 1,
            due_at: Some(now + LEASE),
            ..self.clone()
        })
    }

    /// What a try made of it.
    #[must_use]
    pub fn after(&self, attempt: Attempt) -> Self {
        let retry = RETRIES.get(self.tries.saturating_sub(1) as usize).map(|wait| attempt.at + *wait);
        let (state, due_at) = match (attempt.miss, retry) {
            (None, _) => (MessageState::Delivered, None),
            (Some(Miss::Gone | Miss::SwitchedOff), _) | (Some(_), None) => (MessageState::GivenUp, None),
            (Some(_), Some(at)) => (MessageState::Due, Some(at)),
        };
        let mut attempts = self.attempts.clone();
        attempts.push(attempt);
        let surplus = attempts.len().saturating_sub(MOST_TOLD);
        attempts.drain(..surplus);
        Self { version: self.version + 1, state, due_at, attempts, ..self.clone() }
    }

    /// Asked for once more by a person, whatever became of it; `None` while it is on its way anyway.
    pub fn again(&self, now: Timestamp) -> Option<Self> {
        (self.state != MessageState::Due).then(|| Self {
            version: self.version + 1,
            state: MessageState::Due,
            turn: self.turn + 1,
            tries: 0,
            due_at: Some(now),
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        let place = (StoreId::derive(&["store"]), SubscriptionId::derive(&["one"]));
        Message::of(place, &EventId::derive(&["event"]), "order.ready", "{}".into(), Timestamp::UNIX_EPOCH)
    }

    fn attempt(at: Timestamp, miss: Option<Miss>) -> Attempt {
        Attempt { at, miss, status: None, millis: 3 }
    }

    #[test]
    fn one_event_is_one_message_of_a_subscription() {
        assert_eq!(message().id, message().id);
    }

    #[test]
    fn it_is_tried_nine_times_more_over_three_days_and_given_up() {
        let (mut message, mut now, mut tries) = (message(), Timestamp::UNIX_EPOCH, 0);
        while message.state == MessageState::Due {
            now = message.due_at.unwrap();
            message = message.claimed(now).unwrap().after(attempt(now, Some(Miss::Refused)));
            tries += 1;
        }
        assert_eq!((tries, message.state), (10, MessageState::GivenUp));
        let in_all = now.duration_since(Timestamp::UNIX_EPOCH).as_hours();
        assert_eq!(in_all, 75);
        assert_eq!(message.attempts.len(), 10);
        let again = message.again(now).unwrap();
        assert_eq!((again.turn, again.tries, again.due_at), (2, 0, Some(now)));
        assert_eq!(again.again(now), None, "it is on its way");
    }

    #[test]
    fn who_has_it_in_hand_is_alone_with_it_for_a_minute() {
        let now = Timestamp::UNIX_EPOCH;
        let claimed = message().claimed(now).unwrap();
        assert_eq!(claimed.claimed(now), None);
        assert!(claimed.claimed(now + LEASE).is_some(), "whoever had it has died");
    }

    #[test]
    fn what_was_taken_or_is_not_wanted_any_more_is_not_sent_again() {
        let now = Timestamp::UNIX_EPOCH;
        let claimed = message().claimed(now).unwrap();
        for (miss, state) in [
            (None, MessageState::Delivered),
            (Some(Miss::Gone), MessageState::GivenUp),
            (Some(Miss::SwitchedOff), MessageState::GivenUp),
        ] {
            let after = claimed.after(attempt(now, miss));
            assert_eq!((after.state, after.due_at), (state, None));
            assert_eq!(after.claimed(now + LEASE), None);
        }
    }
}
