//! The books: entries that are appended once and never changed, and what the nightly closing found.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | entry of an order | order id | `ENTRY#<entry>` |
//! | entry of a store, made by hand | store id | `ENTRY#<entry>` |
//! | entry of store credit or a gift card | `CREDIT#<entry>` | `ENTRY#<entry>` |
//! | closing | `CLOSING` | `<time>` |
//! | its findings | `CLOSING#<time>` | `<order>#<kind>#<currency>` |
//!
//! An entry's id follows from its fact, so a fact that is told twice is written once. `byDay` spreads a day over
//! [`DAY_SHARDS`] partitions; its readers merge them.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use sipstr_domain::OrderId;
use sipstr_domain::books::{Fact, JournalEntry};
use sipstr_domain::credit::CreditEntry;

use crate::item::{Item, from_item, s, to_item};
use crate::{Db, StorageError};

mod closing;
mod log;

pub use closing::{Closing, FoundIn};
pub use log::{Slice, Source, Span};

/// How many partitions a day has: enough for 8,000 entries a second.
pub const DAY_SHARDS: u8 = 8;

#[derive(Debug, Clone)]
pub struct Books {
    db: Db,
    table: String,
}

/// What is written of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Oldest first.
    pub entries: Vec<JournalEntry>,
    /// How many do not prove themselves: their postings do not sum to zero, or their name is another fact's.
    pub unreadable: u32,
}

impl Books {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Appends an entry; `false` where it was there before.
    pub async fn append(&self, entry: &JournalEntry) -> Result<bool, StorageError> {
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item_of(entry)?));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The entry of a movement of credit, for the transaction that moves it; none where an order tells of it.
    pub(crate) fn of_credit(&self, moved: &CreditEntry) -> Result<Option<TransactWriteItem>, StorageError> {
        let Some(entry) = JournalEntry::of_credit(moved)? else { return Ok(None) };
        let put = Put::builder().table_name(&self.table).set_item(Some(item_of(&entry)?));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        Ok(Some(TransactWriteItem::builder().put(put).build()))
    }

    /// The entry that is written under the name of this fact, whatever it says.
    pub async fn of_fact(&self, fact: &Fact) -> Result<Option<JournalEntry>, StorageError> {
        let key = crate::item::key2(partition(fact), sort_key(fact));
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        get.send().await?.item.map(from_item).transpose()
    }

    /// Everything that is written of an order.
    pub async fn of_order(&self, order: &OrderId) -> Result<Written, StorageError> {
        let mut written = Written::default();
        let mut from = None;
        loop {
            let query = self.db.query().table_name(&self.table).consistent_read(true);
            let query = query.key_condition_expression("pk = :pk").set_exclusive_start_key(from);
            let found = query.expression_attribute_values(":pk", s(order.as_str())).send().await?;
            for item in found.items.unwrap_or_default() {
                match from_item(item) {
                    Ok(entry) => written.entries.push(entry),
                    Err(_) => written.unreadable += 1,
                }
            }
            from = found.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        written.entries.sort_by_cached_key(at_key);
        Ok(written)
    }
}

fn item_of(entry: &JournalEntry) -> Result<Item, StorageError> {
    let fact = entry.fact();
    let at_key = at_key(entry);
    let shard = entry.id().as_str().as_bytes().last().copied().unwrap_or(0) % DAY_SHARDS;
    let keys =
        [("pk", partition(fact)), ("sk", sort_key(fact)), ("dayKey", day_key(&at_key[..10], shard)), ("atKey", at_key)];
    to_item(entry, &keys)
}

fn partition(fact: &Fact) -> String {
    match (&fact.order_id, &fact.store_id) {
        (Some(order), _) => order.to_string(),
        (None, Some(store)) => store.to_string(),
        (None, None) => format!("CREDIT#{}", fact.id()),
    }
}

fn sort_key(fact: &Fact) -> String {
    format!("ENTRY#{}", fact.id())
}

fn day_key(day: &str, shard: u8) -> String {
    format!("{day}#{shard}")
}

/// The place of an instant among entries: all of them have the same number of digits, so texts sort as times do.
fn instant_key(at: Timestamp) -> String {
    format!("{at:.9}")
}

fn at_key(entry: &JournalEntry) -> String {
    format!("{}#{}", instant_key(entry.fact().at), entry.id().suffix())
}
