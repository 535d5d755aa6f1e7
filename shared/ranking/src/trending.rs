//! What is ordered more than before: counts that halve every so many hours, brought up to date only when they are touched.
//!
//! s ← s · 2^(−Δt/h) + 1. Two counts of the same half-life, brought to one moment, add up: so parts may be counted apart, and events
//! that arrive late are counted as if they had been on time.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::RankingError;

/// A count as of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decayed {
    pub count: f64,
    pub at: Timestamp,
}

impl Decayed {
    pub const fn nothing(at: Timestamp) -> Self {
        Self { count: 0.0, at }
    }

    /// The count at a later moment. An earlier one is taken for the count's own: clocks differ.
    pub fn value_at(&self, now: Timestamp, half_life_hours: f64) -> f64 {
        let hours = now.duration_since(self.at).as_secs_f64().max(0.0) / 3_600.0;
        self.count * (-hours / half_life_hours).exp2()
    }

    #[must_use]
    pub fn plus(&self, weight: f64, at: Timestamp, half_life_hours: f64) -> Self {
        self.merge(&Self { count: weight, at }, half_life_hours)
    }

    #[must_use]
    pub fn merge(&self, other: &Self, half_life_hours: f64) -> Self {
        let at = self.at.max(other.at);
        Self { count: self.value_at(at, half_life_hours) + other.value_at(at, half_life_hours), at }
    }
}

/// Counts by key, such as zone and product.
#[derive(Debug, Clone)]
pub struct Trending<K> {
    half_life_hours: f64,
    counts: HashMap<K, Decayed>,
}

impl<K: Eq + Hash + Ord + Clone> Trending<K> {
    pub fn new(half_life_hours: f64) -> Result<Self, RankingError> {
        if !(half_life_hours.is_finite() && half_life_hours > 0.0) {
            return Err(RankingError::Setting("a half-life must be above 0 hours"));
        }
        Ok(Self { half_life_hours, counts: HashMap::new() })
    }

    /// One order that has the product, however many bottles of it.
    pub fn ordered(&mut self, key: K, at: Timestamp) {
        let half_life = self.half_life_hours;
        let count = self.counts.entry(key).or_insert(Decayed::nothing(at));
        *count = count.plus(1.0, at, half_life);
    }

    /// Takes in what was counted elsewhere, as the same kind of count.
    pub fn merge(&mut self, key: K, other: Decayed) {
        let half_life = self.half_life_hours;
        let count = self.counts.entry(key).or_insert(Decayed::nothing(other.at));
        *count = count.merge(&other, half_life);
    }

    pub fn value(&self, key: &K, now: Timestamp) -> f64 {
        self.counts.get(key).map_or(0.0, |count| count.value_at(now, self.half_life_hours))
    }

    pub fn count(&self, key: &K) -> Option<Decayed> {
        self.counts.get(key).copied()
    }

    /// The keys with the highest counts among those that may be shown.
    pub fn top(&self, now: Timestamp, limit: usize, eligible: impl Fn(&K) -> bool) -> Vec<(K, f64)> {
        let mut found: Vec<(K, f64)> = self
            .counts
            .iter()
            .filter(|(key, _)| eligible(key))
            .map(|(key, count)| (key.clone(), count.value_at(now, self.half_life_hours)))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(limit);
        found
    }

    /// Forgets counts that have faded below this.
    pub fn forget_below(&mut self, count: f64, now: Timestamp) {
        let half_life = self.half_life_hours;
        self.counts.retain(|_, known| known.value_at(now, half_life) >= count);
    }
}
