//! Stock: the buckets that orders take from, the ledger of everything else, and the figures that people read.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | bucket | `B#<store>#<product>#<number>` | `BUCKET` |
//! | ledger entry | `E#<store>#<product>` | entry id |
//! | level (read model) | `L#<store>` | product id |
//! | marker of an applied event | `A#<order>` | event type |

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sipstr_domain::stock::{AdjustmentReason, Bucket, LedgerEntry, Level, Plan, Shelf, Take};
use sipstr_domain::{OrderId, ProductId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, left_undone, pause, transact};
use crate::{Db, StorageError};

/// How long an applied event is remembered: longer than a message can live (14 days) and be moved out of a DLQ again.
const MARKER_LIFE: SignedDuration = SignedDuration::from_hours(24 * 60);

#[derive(Debug, Clone)]
pub struct Inventory {
    db: Db,
    table: String,
}

/// How an order's transition moves the figures of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub reserved: i64,
    pub sold: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjusted {
    /// Written now, or by the same request before.
    Done,
    /// Fewer bottles are free than would be taken away; nothing was written.
    NotEnough { left: u32 },
    /// The store does not stock this product.
    Unknown,
}

/// What an adjustment does to the buckets.
enum Changes {
    Buckets(Vec<(u16, i32)>),
    NotEnough { left: u32 },
    Unknown,
}

impl Inventory {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// The free stock of many products, all buckets counted: one batch, and a second one where a product has many buckets.
    pub async fn available(
        &self,
        store: &StoreId,
        products: &[ProductId],
    ) -> Result<HashMap<ProductId, u32>, StorageError> {
        let firsts: Vec<Item> = products.iter().map(|product| bucket_key(store, product, 0)).collect();
        let first = self.buckets(firsts).await?;
        let rest: Vec<Item> = first
            .iter()
            .flat_map(|bucket| (1..bucket.of).map(|number| bucket_key(store, &bucket.product_id, number)))
            .collect();
        let mut sums = HashMap::new();
        for bucket in first.into_iter().chain(self.buckets(rest).await?) {
            *sums.entry(bucket.product_id).or_insert(0) += bucket.available;
        }
        Ok(sums)
    }

    pub async fn buckets_of(
        &self,
        store: &StoreId,
        product: &ProductId,
        numbers: impl IntoIterator<Item = u16>,
    ) -> Result<Vec<Bucket>, StorageError> {
        self.buckets(numbers.into_iter().map(|number| bucket_key(store, product, number)).collect()).await
    }

    async fn buckets(&self, keys: Vec<Item>) -> Result<Vec<Bucket>, StorageError> {
        let mut found = Vec::new();
        for chunk in keys.chunks(100) {
            let mut wanted = chunk.to_vec();
            for attempt in 0..TRIES {
                let keys = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
                let answer = self.db.batch_get_item().request_items(&self.table, keys.expect("keys are set")).send();
                let answer = answer.await?;
                for item in answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default() {
                    found.push(from_item(item)?);
                }
                let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
                wanted = left.map(|left| left.keys).unwrap_or_default();
                if wanted.is_empty() {
                    break;
                }
                pause(attempt).await;
            }
            if !wanted.is_empty() {
                return Err(left_undone());
            }
        }
        Ok(found)
    }

    /// A store's figures, product by product.
    pub async fn levels(
        &self,
        store: &StoreId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Level>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(level_pk(store)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    pub async fn level(&self, store: &StoreId, product: &ProductId) -> Result<Option<Level>, StorageError> {
        let key = key2(level_pk(store), product.as_str());
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    /// Changes stock by a ledger entry: buckets, ledger and level in one transaction. The entry's id makes it happen once.
    pub async fn adjust(&self, entry: &LedgerEntry) -> Result<Adjusted, StorageError> {
        for attempt in 0..TRIES {
            let changes = match self.changes(entry).await? {
                Changes::Buckets(changes) => changes,
                Changes::Unknown => return Ok(Adjusted::Unknown),
                // What is missing now may be what this very entry took away before.
                Changes::NotEnough { .. } if self.is_written(entry).await? => return Ok(Adjusted::Done),
                Changes::NotEnough { left } => return Ok(Adjusted::NotEnough { left }),
            };
            let mut actions = vec![TransactWriteItem::builder().put(self.ledger_put(entry)?).build()];
            actions.push(TransactWriteItem::builder().update(self.level_update(entry)).build());
            for (bucket, change) in changes {
                actions.push(TransactWriteItem::builder().update(self.bucket_update(entry, bucket, change)).build());
            }
            match transact(&self.db, actions, "the stock of the product").await?.as_deref() {
                None | Some([true, ..]) => return Ok(Adjusted::Done),
                Some([_, true, ..]) => return Err(StorageError::Missing("the figures of the product")),
                // A buyer was faster at one of the buckets: look again.
                Some(_) => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    /// Which buckets an adjustment changes: what comes in is spread, what goes comes from as few as can give it.
    async fn changes(&self, entry: &LedgerEntry) -> Result<Changes, StorageError> {
        let first = self.buckets_of(&entry.store_id, &entry.product_id, [0]).await?;
        let Some(first) = first.first() else { return Ok(Changes::Unknown) };
        if entry.change >= 0 {
            let (of, change) = (i32::from(first.of), entry.change);
            let shares = (0..first.of).map(|number| (number, change / of + i32::from(i32::from(number) < change % of)));
            return Ok(Changes::Buckets(shares.filter(|(_, share)| *share > 0).collect()));
        }
        let mut shelf = Shelf::new(first.of);
        let all = self.buckets_of(&entry.store_id, &entry.product_id, 0..first.of).await?;
        for number in 0..first.of {
            let seen = all.iter().find(|bucket| bucket.number == number);
            shelf.see(number, seen.map_or(0, |bucket| bucket.available));
        }
        match shelf.plan(entry.change.unsigned_abs(), 0) {
            Plan::Take(takes) => {
                let change = |take: &Take| (take.bucket, -i32::try_from(take.quantity).unwrap_or(i32::MAX));
                Ok(Changes::Buckets(takes.iter().map(change).collect()))
            }
            Plan::OutOfStock { left } => Ok(Changes::NotEnough { left }),
            Plan::LookAt(_) => unreachable!("every bucket was looked at"),
        }
    }

    async fn is_written(&self, entry: &LedgerEntry) -> Result<bool, StorageError> {
        let key = key2(ledger_pk(entry), entry.id.as_str());
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        Ok(found.item.is_some())
    }

    fn ledger_put(&self, entry: &LedgerEntry) -> Result<Put, StorageError> {
        let item = to_item(entry, &[("pk", ledger_pk(entry)), ("sk", entry.id.to_string())])?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        Ok(put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set"))
    }

    fn bucket_update(&self, entry: &LedgerEntry, bucket: u16, change: i32) -> Update {
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(bucket_key(&entry.store_id, &entry.product_id, bucket)));
        let update = update.update_expression("SET available = available + :c");
        let update = update.condition_expression("attribute_exists(pk) AND available >= :least");
        let update = update.expression_attribute_values(":c", n(change));
        let update = update.expression_attribute_values(":least", n(change.min(0).unsigned_abs()));
        update.build().expect("table, key and expression are set")
    }

    fn level_update(&self, entry: &LedgerEntry) -> Update {
        // What came in, or was found in a count, was received; what went missing otherwise was written off.
        let (attribute, change) = match entry.reason {
            AdjustmentReason::Received | AdjustmentReason::Counted => ("received", i64::from(entry.change)),
            AdjustmentReason::Damaged | AdjustmentReason::Expired | AdjustmentReason::Stolen => {
                ("writtenOff", -i64::from(entry.change))
            }
        };
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(key2(level_pk(&entry.store_id), entry.product_id.as_str())));
        let update = update.update_expression("ADD #figure :c").expression_attribute_names("#figure", attribute);
        let update = update.condition_expression("attribute_exists(pk)");
        update.expression_attribute_values(":c", n(change)).build().expect("table, key and expression are set")
    }

    /// Moves the figures of a line, once for each order, product and event type.
    pub async fn apply_movement(
        &self,
        (store, product): (&StoreId, &ProductId),
        (order, event_type): (&OrderId, &str),
        movement: Movement,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let mut marker = key2(format!("A#{order}"), format!("{event_type}#{product}"));
        marker.insert("ttl".to_owned(), n((now + MARKER_LIFE).as_second()));
        let marker = Put::builder().table_name(&self.table).set_item(Some(marker));
        let marker = marker.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(key2(level_pk(store), product.as_str())));
        let update = update.update_expression("ADD reserved :r, sold :s").condition_expression("attribute_exists(pk)");
        let update = update.expression_attribute_values(":r", n(movement.reserved));
        let update = update.expression_attribute_values(":s", n(movement.sold));
        let update = update.build().expect("table, key and expression are set");
        let actions =
            vec![TransactWriteItem::builder().put(marker).build(), TransactWriteItem::builder().update(update).build()];
        match transact(&self.db, actions, "the figures of the product").await?.as_deref() {
            None | Some([true, ..]) => Ok(()),
            Some(_) => Err(StorageError::Missing("the figures of the product")),
        }
    }

    /// Notes that stock has become low, or is no longer; the stream tells the store. Done once, by the condition.
    pub async fn mark_low(&self, level: &Level, low: bool) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table);
        let update = update.set_key(Some(key2(level_pk(&level.store_id), level.product_id.as_str())));
        let update = update.update_expression("SET low = :low ADD lowCount :one");
        let update = update.condition_expression("low <> :low");
        let update = update.expression_attribute_values(":low", aws_sdk_dynamodb::types::AttributeValue::Bool(low));
        let update = update.expression_attribute_values(":one", n(1));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a product on a store's shelves for the first time; nothing happens where it stands already.
    pub async fn stock_first(&self, level: &Level, buckets: u16) -> Result<bool, StorageError> {
        let level_item = to_item(level, &[("pk", level_pk(&level.store_id)), ("sk", level.product_id.to_string())])?;
        let fresh = |item| {
            let put = Put::builder().table_name(&self.table).set_item(Some(item));
            let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
            TransactWriteItem::builder().put(put).build()
        };
        let mut actions = vec![fresh(level_item)];
        let total = u32::try_from(level.available()).unwrap_or(0);
        let (each, rest) = (total / u32::from(buckets), total % u32::from(buckets));
        for number in 0..buckets {
            let bucket = Bucket {
                store_id: level.store_id.clone(),
                product_id: level.product_id.clone(),
                number,
                of: buckets,
                available: each + u32::from(u32::from(number) < rest),
            };
            actions.push(fresh(bucket_item(&bucket)?));
        }
        Ok(transact(&self.db, actions, "the stock of the product").await?.is_none())
    }

    /// Everything in the table, a page at a time, for the nightly audit.
    pub async fn scan(&self, from: Option<PageKey>) -> Result<Page<AuditItem>, StorageError> {
        let scan = self.db.scan().table_name(&self.table).set_exclusive_start_key(start_key(from));
        let found = scan.send().await?;
        let next = page::<AuditItem>(None, found.last_evaluated_key)?.next;
        let mut items = Vec::new();
        for item in found.items.unwrap_or_default() {
            match item.get("pk").and_then(|pk| pk.as_s().ok()).and_then(|pk| pk.get(..2)) {
                Some("B#") => items.push(AuditItem::Bucket(from_item(item)?)),
                Some("L#") => items.push(AuditItem::Level(from_item(item)?)),
                _ => {}
            }
        }
        Ok(Page { items, next })
    }
}

/// What the audit reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum AuditItem {
    Bucket(Bucket),
    Level(Level),
}

pub(crate) fn bucket_key(store: &StoreId, product: &ProductId, number: u16) -> Item {
    key2(format!("B#{store}#{product}#{number}"), "BUCKET")
}

pub(crate) fn bucket_item(bucket: &Bucket) -> Result<Item, StorageError> {
    let pk = format!("B#{}#{}#{}", bucket.store_id, bucket.product_id, bucket.number);
    to_item(bucket, &[("pk", pk), ("sk", "BUCKET".to_owned())])
}

fn ledger_pk(entry: &LedgerEntry) -> String {
    format!("E#{}#{}", entry.store_id, entry.product_id)
}

fn level_pk(store: &StoreId) -> String {
    format!("L#{store}")
}

/// Takes from a bucket if it has enough; when it has not, the answer says what it had.
pub(crate) fn take(table: &str, store: &StoreId, product: &ProductId, take: Take) -> Update {
    let update = Update::builder().table_name(table).set_key(Some(bucket_key(store, product, take.bucket)));
    let update = update.update_expression("SET available = available - :q").condition_expression("available >= :q");
    let update = update.expression_attribute_values(":q", n(take.quantity));
    let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    update.build().expect("table, key and expression are set")
}

pub(crate) fn give_back(table: &str, store: &StoreId, product: &ProductId, take: Take) -> Update {
    let update = Update::builder().table_name(table).set_key(Some(bucket_key(store, product, take.bucket)));
    let update = update.update_expression("SET available = available + :q");
    let update = update.condition_expression("attribute_exists(pk)");
    let update = update.expression_attribute_values(":q", n(take.quantity));
    update.build().expect("table, key and expression are set")
}
