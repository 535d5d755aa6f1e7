//! Where a partner is told, of what, and under which keys.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::EVENTS;
use crate::{StoreId, SubscriptionId};

/// Subscriptions of one store at most: each is told of each event by itself.
pub const MOST_SUBSCRIPTIONS: usize = 10;

/// How long the key before the present one goes on signing, so that a partner can change over without missing anything.
pub const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// A partner that has answered nothing for so long is told no more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);

const LONGEST_URL: usize = 500;
const LONGEST_NOTE: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    Active,
    /// By the store.
    Paused,
    /// By us, because nobody answered for three days, or the partner said that it is gone.
    Disabled,
}

/// The number that a signing key is derived from; the key itself stands nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    pub nonce: String,
    /// When it stops signing, where another has taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What a store asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    pub url: String,
    pub events: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub id: SubscriptionId,
    pub version: u64,
    #[serde(flatten)]
    pub wanted: Wanted,
    pub state: SubscriptionState,
    /// The present one first.
    pub keys: Vec<Key>,
    /// Since when nothing that was sent was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// All of a store's, which change together: so there are never more than may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscriptions {
    pub store_id: StoreId,
    /// 0 where nothing was written yet.
    pub version: u64,
    pub items: Vec<Subscription>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSubscription {
    #[error("must be at most 500 characters")]
    Url,
    #[error("must name at least one event, each of the list")]
    Events,
    #[error("must be at most 100 characters without control characters")]
    Note,
}

impl BadSubscription {
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Url => "/url",
            Self::Events => "/events",
            Self::Note => "/note",
        }
    }
}

impl Wanted {
    /// Refuses what cannot be asked for. Whether the address may be called is for whoever calls it to say.
    pub fn check(&self) -> Result<(), BadSubscription> {
        if self.url.len() > LONGEST_URL {
            return Err(BadSubscription::Url);
        }
        if self.events.is_empty() || !self.events.iter().all(|event| EVENTS.contains(&event.as_str())) {
            return Err(BadSubscription::Events);
        }
        let note = self.note.as_deref().unwrap_or_default();
        if note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
            return Err(BadSubscription::Note);
        }
        Ok(())
    }
}

impl Subscription {
    pub fn new(id: SubscriptionId, wanted: Wanted, nonce: String, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            wanted,
            state: SubscriptionState::Active,
            keys: vec![Key { nonce, until: None }],
            failing_since: None,
            created_at: now,
            changed_at: now,
        }
    }

    pub fn wants(&self, event: &str) -> bool {
        self.state == SubscriptionState::Active && self.wanted.events.contains(event)
    }

    /// As it is once the store says it anew. What was switched off is begun without a past.
    #[must_use]
    pub fn edited(&self, wanted: Wanted, active: bool, now: Timestamp) -> Self {
        let state = match (active, self.state) {
            (true, _) => SubscriptionState::Active,
            (false, SubscriptionState::Disabled) => SubscriptionState::Disabled,
            (false, _) => SubscriptionState::Paused,
        };
        let failing_since = self.failing_since.filter(|_| state == self.state);
        Self { version: self.version + 1, wanted, state, failing_since, changed_at: now, ..self.clone() }
    }

    /// With a new key; the present one goes on signing for a day, and any before it no more.
    #[must_use]
    pub fn rotated(&self, nonce: String, now: Timestamp) -> Self {
        let before = self.keys.first().map(|key| Key { until: Some(now + OVERLAP), ..key.clone() });
        let keys = std::iter::once(Key { nonce, until: None }).chain(before).collect();
        Self { version: self.version + 1, keys, changed_at: now, ..self.clone() }
    }

    /// The keys that sign now.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| key.until.is_none_or(|until| now < until))
    }

    /// What an answer, or that there was none, makes of it; `None` where it stays as it is.
    pub fn after(&self, taken: bool, gone: bool, now: Timestamp) -> Option<Self> {
        let since = self.failing_since;
        let (failing_since, state) = match (taken, since) {
            (true, None) => return None,
            (true, Some(_)) => (None, self.state),
            (false, _) if gone => (since.or(Some(now)), SubscriptionState::Disabled),
            (false, None) => (Some(now), self.state),
            (false, Some(since)) if now.duration_since(since) < PATIENCE => return None,
            (false, Some(_)) => (since, SubscriptionState::Disabled),
        };
        let unchanged = failing_since == since && state == self.state;
        (!unchanged).then(|| Self { version: self.version + 1, failing_since, state, ..self.clone() })
    }
}

impl Subscriptions {
    pub fn of(store_id: StoreId) -> Self {
        Self { store_id, version: 0, items: Vec::new() }
    }

    pub fn get(&self, id: &SubscriptionId) -> Option<&Subscription> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// With one more; `None` where there are as many as may be.
    pub fn with(&self, new: Subscription) -> Option<Self> {
        let fits = self.items.len() < MOST_SUBSCRIPTIONS;
        fits.then(|| self.having(self.items.iter().cloned().chain([new]).collect()))
    }

    #[must_use]
    pub fn replaced(&self, new: Subscription) -> Self {
        let item = |item: &Subscription| if item.id == new.id { new.clone() } else { item.clone() };
        self.having(self.items.iter().map(item).collect())
    }

    #[must_use]
    pub fn without(&self, id: &SubscriptionId) -> Self {
        self.having(self.items.iter().filter(|item| item.id != *id).cloned().collect())
    }

    fn having(&self, items: Vec<Subscription>) -> Self {
        Self { store_id: self.store_id.clone(), version: self.version + 1, items }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn wanted() -> Wanted {
        let events = ["order.confirmed".to_owned(), "inventory.low".to_owned()];
        Wanted { url: "https://till.example/hooks".into(), events: events.into(), note: None }
    }

    fn subscription() -> Subscription {
        Subscription::new(SubscriptionId::derive(&["one"]), wanted(), "first".into(), Timestamp::UNIX_EPOCH)
    }

    fn hours(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + hours.hours()
    }

    #[test]
    fn what_cannot_be_asked_for_is_refused() {
        assert_eq!(wanted().check(), Ok(()));
        let bad = |change: fn(&mut Wanted)| {
            let mut wanted = wanted();
            change(&mut wanted);
            wanted.check()
        };
        assert_eq!(bad(|wanted| wanted.url = "x".repeat(501)), Err(BadSubscription::Url));
        assert_eq!(bad(|wanted| wanted.events.clear()), Err(BadSubscription::Events));
        assert_eq!(bad(|wanted| wanted.events = ["order.placed".into()].into()), Err(BadSubscription::Events));
        assert_eq!(bad(|wanted| wanted.note = Some("two\nlines".into())), Err(BadSubscription::Note));
    }

    #[test]
    fn both_keys_sign_for_a_day_and_never_a_third() {
        let nonces =
            |subscription: &Subscription, at| subscription.signing(at).map(|key| key.nonce.clone()).collect::<Vec<_>>();
        let once = subscription().rotated("second".into(), hours(0));
        assert_eq!(nonces(&once, hours(23)), ["second", "first"]);
        assert_eq!(nonces(&once, hours(24)), ["second"]);
        assert_eq!(nonces(&once.rotated("third".into(), hours(1)), hours(2)), ["third", "second"]);
    }

    #[test]
    fn three_days_without_an_answer_switch_it_off_and_an_answer_in_between_does_not() {
        assert_eq!(subscription().after(true, false, hours(1)), None);
        let failing = subscription().after(false, false, hours(1)).unwrap();
        assert_eq!((failing.state, failing.failing_since), (SubscriptionState::Active, Some(hours(1))));
        assert_eq!(failing.after(false, false, hours(72)), None);
        let off = failing.after(false, false, hours(73)).unwrap();
        assert_eq!(off.state, SubscriptionState::Disabled);
        assert!(!off.wants("order.confirmed"));
        let well = failing.after(true, false, hours(2)).unwrap();
        assert_eq!(well.failing_since, None);
        let gone = subscription().after(false, true, hours(1)).unwrap();
        assert_eq!(gone.state, SubscriptionState::Disabled);
        let again = off.edited(wanted(), true, hours(80));
        assert_eq!((again.state, again.failing_since), (SubscriptionState::Active, None));
    }

    #[test]
    fn a_store_has_no_more_than_ten() {
        let mut all = Subscriptions::of(StoreId::derive(&["store"]));
        for number in 0..MOST_SUBSCRIPTIONS {
            let id = SubscriptionId::derive(&[&number.to_string()]);
            all = all.with(Subscription { id, ..subscription() }).unwrap();
        }
        assert_eq!(all.with(subscription()), None);
        assert_eq!(all.without(&all.items[3].id).items.len(), 9);
    }
}
