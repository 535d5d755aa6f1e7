//! Stock: the buckets that orders take from, the ledger of everything else, and the figures that people read.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | bucket | `B#<store>#<product>#<number>` | `BUCKET` |
//! | ledger entry | `E#<store>#<product>` | when, entry id |
//! | fence of a ledger entry | `F#<store>` | entry id |
//! | level (read model) | `L#<store>` | product id |
//! | marker of an applied event | `A#<order>` | event type |
//! | lot | `T#<store>#<product>` | lot id |
//! | of which lots an order was | `A#<order>` | `lots#<product id>` |
//! | conflicts of a minute | `C#<store>#<product>` | minute, buckets |
//! | what a customer ordered in a day | `D#<store>#<customer>` | day, product id |
//!
//! The items of transfers and of what the audit found are told of where they are written.
//!
//! # How many buckets, and how that changes while the product sells
//!
//! Bucket 0 says how many buckets buyers choose from (`of`), how many may hold anything (`made`), and a `revision` that goes up
//! in every transaction that moves bottles between buckets. [`Inventory::resize`] does one step after the other, as
//! [`sipstr_domain::stock::layout`] says which; each is one transaction on condition that the revision is what was read before
//! the buckets were, so two who do it at once cannot undo each other, and whoever comes after one who was killed goes on.
//!
//! - A bucket is never deleted. One that a merge emptied is `closed`: it holds nothing, and what orders took from it goes back
//!   to bucket 0 ([`GivingBack`]). A split opens it again.
//! - Who has read nothing but empty buckets may have missed bottles that moved from one not yet read into one read before.
//!   "Sold out" is therefore said only when bucket 0 was read first and, read again at the end, has the same revision.
//! - A plan that was made on an older layout fails at its condition at worst, and is made again.

mod daily;
mod drifts;
mod giving_back;
mod heat;
mod ledger;
mod lots;
mod resize;
mod settings;
mod shelving;
mod transfers;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sipstr_domain::stock::{Bucket, Level, Plan, Shelf, Take};
use sipstr_domain::{OrderId, ProductId, StoreId};

pub(crate) use self::daily::{count, counter_key, counter_of, taken};
pub use self::drifts::Repaired;
pub(crate) use self::giving_back::GivingBack;
pub use self::ledger::{Adjusted, Counted};
pub use self::lots::Corrected;
pub use self::resize::Resized;
pub use self::settings::Set;
pub use self::transfers::{Direction, Ended, Sent};
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, left_undone, pause, transact};
use crate::{Db, StorageError};

/// How long an applied event is remembered: longer than a message can live (14 days) and be moved out of a DLQ again.
const MARKER_LIFE: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Looks at a shelf before it is said that its bottles move too fast to be counted.
const LOOKS: u32 = 40;

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
            .flat_map(|bucket| (1..bucket.reach()).map(|number| bucket_key(store, &bucket.product_id, number)))
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
        let key = level_key(store, product);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    pub(crate) async fn first_bucket(
        &self,
        store: &StoreId,
        product: &ProductId,
    ) -> Result<Option<Bucket>, StorageError> {
        Ok(self.buckets_of(store, product, [0]).await?.pop())
    }

    /// Whether bottles moved between the buckets of a product since then, or came and went by an entry of the ledger, so that
    /// readings of them are not of one moment.
    pub async fn has_moved_since(
        &self,
        store: &StoreId,
        product: &ProductId,
        since: Timestamp,
    ) -> Result<bool, StorageError> {
        let first = self.first_bucket(store, product).await?;
        if first.and_then(|bucket| bucket.revised_at).is_some_and(|at| at >= since) {
            return Ok(true);
        }
        let newest = self.movements((store, product), 1, None).await?.items.pop();
        Ok(newest.is_some_and(|entry| entry.at >= since))
    }

    /// Plans what to take, looking at what was not seen yet; the answer is never [`Plan::LookAt`].
    pub(crate) async fn plan(
        &self,
        store: &StoreId,
        product: &ProductId,
        shelf: &mut Shelf,
        (quantity, preferred): (u32, u16),
    ) -> Result<Plan, StorageError> {
        for attempt in 0..LOOKS {
            match shelf.plan(quantity, preferred) {
                Plan::LookAt(numbers) => {
                    let found = self.buckets_of(store, product, numbers.iter().copied()).await?;
                    for number in numbers {
                        match found.iter().find(|bucket| bucket.number == number) {
                            Some(bucket) => shelf.meet(bucket),
                            None => shelf.see(number, 0),
                        }
                    }
                }
                plan @ Plan::OutOfStock { .. } if !shelf.is_one_bucket() => {
                    let before = shelf.revision();
                    let Some(first) = self.first_bucket(store, product).await? else { return Ok(plan) };
                    shelf.meet(&first);
                    if shelf.revision() != before {
                        pause(attempt).await;
                    } else if let plan @ Plan::OutOfStock { .. } = shelf.plan(quantity, preferred) {
                        return Ok(plan);
                    }
                }
                plan => return Ok(plan),
            }
        }
        Err(StorageError::Contended("the buckets of a product"))
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
        let update = update.set_key(Some(level_key(store, product)));
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
        let update = update.set_key(Some(level_key(&level.store_id, &level.product_id)));
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

    /// Notes that stock has become low, or is no longer, where it crossed the threshold; of many who see it one notes it.
    pub async fn note_crossing(&self, store: &StoreId, product: &ProductId) -> Result<(), StorageError> {
        let level = self.level(store, product).await?;
        if let Some((level, low)) = level.and_then(|level| level.crossing().map(|low| (level, low))) {
            self.mark_low(&level, low).await?;
        }
        Ok(())
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
            let available = each + u32::from(u32::from(number) < rest);
            let bucket = Bucket::new(level.store_id.clone(), level.product_id.clone(), number, buckets, available);
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

fn level_pk(store: &StoreId) -> String {
    format!("L#{store}")
}

fn level_key(store: &StoreId, product: &ProductId) -> Item {
    key2(level_pk(store), product.as_str())
}

/// Takes from a bucket if it has enough; when it has not, the answer says what it had.
pub(crate) fn take(table: &str, store: &StoreId, product: &ProductId, take: Take) -> Update {
    let update = Update::builder().table_name(table).set_key(Some(bucket_key(store, product, take.bucket)));
    let update = update.update_expression("SET available = available - :q").condition_expression("available >= :q");
    let update = update.expression_attribute_values(":q", n(take.quantity));
    let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    update.build().expect("table, key and expression are set")
}
