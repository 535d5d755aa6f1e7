//! Reading entries by day, store or order, newest first, a slice at a time.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use sipstr_domain::books::JournalEntry;
use sipstr_domain::{OrderId, StoreId};

use super::{Books, DAY_SHARDS, at_key, day_key, instant_key};
use crate::StorageError;
use crate::item::{from_item, s};

/// The most entries that are looked at for one slice, and the most days: what is rare is found in several slices.
const MOST_LOOKED_AT: usize = 1_000;
const MOST_DAYS: u32 = 31;

/// The most entries that are read of a partition at once where few are wanted.
const MOST_AT_ONCE: usize = 200;

/// Whose entries are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    All,
    Store(StoreId),
    Order(OrderId),
}

/// From an instant on, until before a place: an instant, or where the slice before ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    from: Timestamp,
    before: String,
}

impl Span {
    pub fn between(from: Timestamp, until: Timestamp) -> Self {
        Self { from, before: instant_key(until) }
    }

    /// What is left of it after a slice that ended there.
    #[must_use]
    pub fn after(self, place: String) -> Self {
        Self { before: self.before.min(place), ..self }
    }

    fn holds(&self, key: &str) -> bool {
        key >= instant_key(self.from).as_str() && key < self.before.as_str()
    }
}

/// Some entries, and where to go on. It may hold fewer than asked for, or none, and still not be the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    pub entries: Vec<JournalEntry>,
    pub next: Option<String>,
}

/// Where an entry lies, and the entry if it can be read.
type Place = (String, Option<JournalEntry>);

/// A slice being filled.
struct Filling<'a> {
    wanted: &'a (dyn Fn(&JournalEntry) -> bool + Sync),
    limit: usize,
    slice: Slice,
    looked_at: usize,
}

impl Filling<'_> {
    /// Takes entries until the slice is full; answers whether it is.
    ///
    /// What does not prove itself is passed over: the closing finds it.
    fn take(&mut self, span: &mut Span, places: impl Iterator<Item = Place>) -> bool {
        for (key, entry) in places {
            span.before = key;
            self.looked_at += 1;
            self.slice.entries.extend(entry.filter(|entry| (self.wanted)(entry)));
            if self.slice.entries.len() == self.limit || self.looked_at == MOST_LOOKED_AT {
                self.slice.next = Some(span.before.clone());
                return true;
            }
        }
        false
    }
}

impl Books {
    /// The newest entries of a span that are wanted, at most so many.
    pub async fn newest(
        &self,
        source: &Source,
        mut span: Span,
        limit: usize,
        wanted: &(dyn Fn(&JournalEntry) -> bool + Sync),
    ) -> Result<Slice, StorageError> {
        let mut filling = Filling { wanted, limit, slice: Slice::default(), looked_at: 0 };
        match source {
            Source::Order(order) => {
                let entries = self.of_order(order).await?.entries.into_iter().rev();
                let keyed = entries.map(|entry| (at_key(&entry), Some(entry)));
                let within: Vec<_> = keyed.filter(|(key, _)| span.holds(key)).collect();
                filling.take(&mut span, within.into_iter());
            }
            Source::Store(store) => {
                self.fill(&mut filling, &mut span, "byStore", "storeId", &[store.to_string()]).await?;
            }
            Source::All => self.fill_by_day(&mut filling, &mut span).await?,
        }
        Ok(filling.slice)
    }

    async fn fill_by_day(&self, filling: &mut Filling<'_>, span: &mut Span) -> Result<(), StorageError> {
        let first = instant_key(span.from);
        for _ in 0..MOST_DAYS {
            // What lies before midnight belongs to the day before.
            let within = span.before.get(..10).unwrap_or_default();
            let Ok(mut day) = within.parse::<Date>() else { return Ok(()) };
            if span.before == midnight(day) {
                day = day.yesterday().map_err(|_| StorageError::Unavailable("no such day".into()))?;
            }
            if span.before <= first || midnight(day).get(..10) < first.get(..10) {
                return Ok(());
            }
            let hashes: Vec<String> = (0..DAY_SHARDS).map(|shard| day_key(&day.to_string(), shard)).collect();
            if self.fill(filling, span, "byDay", "dayKey", &hashes).await? {
                return Ok(());
            }
            span.before = midnight(day);
        }
        filling.slice.next = Some(span.before.clone());
        Ok(())
    }

    /// Fills from some partitions that are read side by side; answers whether the slice is full.
    async fn fill(
        &self,
        filling: &mut Filling<'_>,
        span: &mut Span,
        index: &str,
        attribute: &str,
        hashes: &[String],
    ) -> Result<bool, StorageError> {
        let mut chunk = filling.limit;
        loop {
            let reads = hashes.iter().map(|hash| self.read(index, attribute, hash, span, chunk));
            let parts = futures::future::try_join_all(reads).await?;
            let more = parts.iter().any(|(_, more)| *more);
            let mut merged: Vec<Place> = parts.into_iter().flat_map(|(places, _)| places).collect();
            merged.sort_by(|a, b| b.0.cmp(&a.0));
            // Of partitions that were cut short, only so many of all are known to be the newest.
            let known = if more { chunk } else { merged.len() };
            if filling.take(span, merged.into_iter().take(known)) {
                return Ok(true);
            }
            if !more {
                return Ok(false);
            }
            // What is rare is looked for in larger steps.
            chunk = (chunk * 2).min(MOST_AT_ONCE.max(filling.limit));
        }
    }

    /// The newest of a partition, and whether there are more. Where there are, it is at least `limit` of them.
    async fn read(
        &self,
        index: &str,
        attribute: &str,
        hash: &str,
        span: &Span,
        limit: usize,
    ) -> Result<(Vec<Place>, bool), StorageError> {
        // The place where the last slice ended may be an entry's own.
        let most = i32::try_from(limit + 1).unwrap_or(i32::MAX);
        let query = self.db.query().table_name(&self.table).index_name(index).scan_index_forward(false).limit(most);
        let query = query.key_condition_expression("#h = :h AND atKey BETWEEN :from AND :before");
        let query = query.expression_attribute_names("#h", attribute).expression_attribute_values(":h", s(hash));
        let query = query.expression_attribute_values(":from", s(instant_key(span.from)));
        let found = query.expression_attribute_values(":before", s(&span.before)).send().await?;
        let items = found.items.unwrap_or_default();
        let more = found.last_evaluated_key.is_some();
        let key = |item: &crate::Item| item.get("atKey").and_then(|key| AttributeValue::as_s(key).ok()).cloned();
        let keyed = items.into_iter().filter_map(|item| Some((key(&item)?, from_item(item).ok())));
        Ok((keyed.filter(|(key, _)| span.holds(key)).collect(), more))
    }
}

fn midnight(day: Date) -> String {
    format!("{day}T00:00:00.000000000Z")
}
