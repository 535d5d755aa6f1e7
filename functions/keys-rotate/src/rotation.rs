//! Which step of a rotation is due: a pure function of what the secret says and the time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::key::PrivateKey;

/// How long a key signs.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long a key is published before it signs. The gateway keeps the key set for two hours, and a function's instance,
/// which reads it when it starts, lives for hours; a day is longer than both.
const NOTICE: SignedDuration = SignedDuration::from_hours(24);

/// How long a key is published after it has stopped signing: an instance of `accounts-api` signs with the key that it
/// started with, and its last token is good for ten minutes.
const MEMORY: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What the secret holds: the key that signs, the one after it, and which ones were before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Keys {
    #[serde(flatten)]
    pub current: PrivateKey,
    /// Since when it signs; a secret that was made by hand does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<RetiredKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextKey {
    #[serde(flatten)]
    pub key: PrivateKey,
    /// `None` until its public half certainly stands in the key set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredKey {
    pub kid: String,
    pub at: Timestamp,
}

/// One step. Each can be repeated after a crash, and the next run goes on where this one stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Begin to count the age of a key that does not say it.
    Date,
    /// Make the next key.
    Prepare,
    /// Show its public half.
    Publish,
    /// Sign with it.
    Promote,
    /// Take away the public half of one that signs no more.
    Forget,
}

/// The step that is due, if any; at most one a run.
pub fn due(keys: &Keys, now: Timestamp) -> Option<Step> {
    let Some(since) = keys.since else { return Some(Step::Date) };
    match &keys.next {
        Some(NextKey { published_at: None, .. }) => return Some(Step::Publish),
        Some(NextKey { published_at: Some(at), .. }) if now >= *at + NOTICE => return Some(Step::Promote),
        Some(_) => {}
        None if now >= since + LIFE - NOTICE => return Some(Step::Prepare),
        None => {}
    }
    keys.retired.iter().any(|key| now >= key.at + MEMORY).then_some(Step::Forget)
}

impl Keys {
    /// Signs with the next key from now on.
    pub fn promoted(self, now: Timestamp) -> Self {
        let Some(next) = self.next else { return self };
        let mut retired = self.retired;
        retired.push(RetiredKey { kid: self.current.kid, at: now });
        Self { current: next.key, since: Some(now), next: None, retired }
    }

    /// The ids whose public halves are shown no longer than this.
    pub fn forgettable(&self, now: Timestamp) -> Vec<String> {
        self.retired.iter().filter(|key| now >= key.at + MEMORY).map(|key| key.kid.clone()).collect()
    }
}
