//! Stock by other ways than an order: ledger entry, its fence, level and buckets in one transaction.
//!
//! The fence has the entry's id as its key and makes the entry happen once; the entry itself is kept by its time, so that the
//! ledger reads from the newest.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry, Level, Plan, Shelf, Take};
use sipstr_domain::{ProductId, StoreId};

use super::{Inventory, bucket_key, level_pk};
use crate::StorageError;
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, pause, transact};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjusted {
    /// Written now, or by the same request before.
    Done,
    /// The entry's id was used for something else.
    KeyReused,
    /// Fewer bottles are free than would be taken away; nothing was written.
    NotEnough { left: u32 },
    /// The store does not stock this product.
    Unknown,
}

/// What became of a stock take.
#[derive(Debug, Clone, PartialEq)]
pub enum Counted {
    /// The entry with the difference, written now or by the same request before.
    Done(Box<LedgerEntry>),
    /// Fewer were counted than orders hold.
    NotEnough {
        left: u32,
    },
    Unknown,
}

/// What an adjustment does to the buckets.
enum Changes {
    Buckets(Vec<(u16, i32)>),
    NotEnough { left: u32 },
    Unknown,
}

/// What an attempt to write an entry came to.
enum Written {
    Now,
    Before,
    NotEnough {
        left: u32,
    },
    Unknown,
    /// A buyer or another entry was faster: look again.
    Lost,
}

impl Inventory {
    /// Changes stock by a ledger entry. The entry's id makes it happen once.
    pub async fn adjust(&self, entry: &LedgerEntry) -> Result<Adjusted, StorageError> {
        for attempt in 0..TRIES {
            match self.write(entry, None).await? {
                Written::Now => return Ok(Adjusted::Done),
                Written::Before => {
                    let before = self.written(entry).await?;
                    let same = before.is_some_and(|before| before.says_the_same(entry));
                    return Ok(if same { Adjusted::Done } else { Adjusted::KeyReused });
                }
                Written::NotEnough { left } => return Ok(Adjusted::NotEnough { left }),
                Written::Unknown => return Ok(Adjusted::Unknown),
                Written::Lost => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    /// Compares what was counted with what the books say is on the shelf, reserved bottles included, and writes the difference
    /// as the change of this entry, on condition that the books still say so.
    pub async fn count(&self, entry: &LedgerEntry, counted: u32) -> Result<Counted, StorageError> {
        for attempt in 0..TRIES {
            if let Some(before) = self.written(entry).await? {
                return Ok(Counted::Done(Box::new(before)));
            }
            let Some(level) = self.level(&entry.store_id, &entry.product_id).await? else {
                return Ok(Counted::Unknown);
            };
            let difference = i64::from(counted) - level.on_hand();
            let change =
                i32::try_from(difference).map_err(|_| StorageError::Missing("a figure that can be counted"))?;
            let entry = LedgerEntry { change, counted: Some(counted), ..entry.clone() };
            match self.write(&entry, Some(&level)).await? {
                Written::Now => return Ok(Counted::Done(Box::new(entry))),
                Written::NotEnough { left } => return Ok(Counted::NotEnough { left }),
                Written::Unknown => return Ok(Counted::Unknown),
                Written::Before | Written::Lost => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    /// The ledger of a product, newest first.
    pub async fn movements(
        &self,
        (store, product): (&StoreId, &ProductId),
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<LedgerEntry>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.consistent_read(true).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(ledger_pk(store, product)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    async fn write(&self, entry: &LedgerEntry, unless_moved: Option<&Level>) -> Result<Written, StorageError> {
        let changes = match self.changes(entry).await? {
            Changes::Buckets(changes) => changes,
            Changes::Unknown => return Ok(Written::Unknown),
            // What is missing now may be what this very entry took away before.
            Changes::NotEnough { .. } if self.written(entry).await?.is_some() => return Ok(Written::Before),
            Changes::NotEnough { left } => return Ok(Written::NotEnough { left }),
        };
        let mut actions = vec![
            TransactWriteItem::builder().put(self.fence(entry)).build(),
            TransactWriteItem::builder().update(self.level_update(entry, unless_moved)).build(),
            TransactWriteItem::builder().put(self.ledger_put(entry)?).build(),
        ];
        for (bucket, change) in changes {
            actions.push(TransactWriteItem::builder().update(self.bucket_update(entry, bucket, change)).build());
        }
        Ok(match transact(&self.db, actions, "the stock of the product").await?.as_deref() {
            None => Written::Now,
            Some([true, ..]) => Written::Before,
            Some([_, true, ..]) if unless_moved.is_none() => {
                return Err(StorageError::Missing("the figures of the product"));
            }
            Some(_) => Written::Lost,
        })
    }

    /// Which buckets an adjustment changes: what comes in is spread, what goes comes from as few as can give it.
    async fn changes(&self, entry: &LedgerEntry) -> Result<Changes, StorageError> {
        let (store, product) = (&entry.store_id, &entry.product_id);
        if entry.change >= 0 {
            let Some(first) = self.first_bucket(store, product).await? else { return Ok(Changes::Unknown) };
            let (of, change) = (i32::from(first.of), entry.change);
            let shares = (0..first.of).map(|number| (number, change / of + i32::from(i32::from(number) < change % of)));
            return Ok(Changes::Buckets(shares.filter(|(_, share)| *share > 0).collect()));
        }
        let mut shelf = Shelf::new(1);
        Ok(match self.plan(store, product, &mut shelf, (entry.change.unsigned_abs(), 0)).await? {
            Plan::Take(takes) => {
                let change = |take: &Take| (take.bucket, -i32::try_from(take.quantity).unwrap_or(i32::MAX));
                Changes::Buckets(takes.iter().map(change).collect())
            }
            _ if shelf.revision().is_none() => Changes::Unknown,
            _ => Changes::NotEnough { left: shelf.left() },
        })
    }

    async fn written(&self, entry: &LedgerEntry) -> Result<Option<LedgerEntry>, StorageError> {
        let fence = self.item(fence_key(entry)).await?;
        let part = |name: &str| fence.as_ref()?.get(name)?.as_s().ok();
        let (Some(pk), Some(sk)) = (part("ledger"), part("entry")) else { return Ok(None) };
        self.item(key2(pk, sk)).await?.map(from_item).transpose()
    }

    async fn item(&self, key: Item) -> Result<Option<Item>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        Ok(found.item)
    }

    fn fence(&self, entry: &LedgerEntry) -> Put {
        let mut item = fence_key(entry);
        item.insert("ledger".to_owned(), s(ledger_pk(&entry.store_id, &entry.product_id)));
        item.insert("entry".to_owned(), s(ledger_sk(entry)));
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set")
    }

    fn ledger_put(&self, entry: &LedgerEntry) -> Result<Put, StorageError> {
        let keys = [("pk", ledger_pk(&entry.store_id, &entry.product_id)), ("sk", ledger_sk(entry))];
        let put = Put::builder().table_name(&self.table).set_item(Some(to_item(entry, &keys)?));
        Ok(put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set"))
    }

    fn bucket_update(&self, entry: &LedgerEntry, bucket: u16, change: i32) -> Update {
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(bucket_key(&entry.store_id, &entry.product_id, bucket)));
        let update = update.update_expression("SET available = available + :c");
        let condition = "attribute_exists(pk) AND available >= :least AND attribute_not_exists(closed)";
        let update = update.condition_expression(condition).expression_attribute_values(":c", n(change));
        let update = update.expression_attribute_values(":least", n(change.min(0).unsigned_abs()));
        update.build().expect("table, key and expression are set")
    }

    fn level_update(&self, entry: &LedgerEntry, unless_moved: Option<&Level>) -> Update {
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
        let update = update.expression_attribute_values(":c", n(change));
        let update = match unless_moved {
            None => update.condition_expression("attribute_exists(pk)"),
            Some(level) => update
                .condition_expression("received = :received AND writtenOff = :writtenOff AND sold = :sold")
                .expression_attribute_values(":received", n(level.received))
                .expression_attribute_values(":writtenOff", n(level.written_off))
                .expression_attribute_values(":sold", n(level.sold)),
        };
        update.build().expect("table, key and expression are set")
    }
}

fn ledger_pk(store: &StoreId, product: &ProductId) -> String {
    format!("E#{store}#{product}")
}

/// Nine digits of a second, so that times sort as text.
fn ledger_sk(entry: &LedgerEntry) -> String {
    format!("{:.9}#{}", entry.at, entry.id)
}

/// One key is one entry, whatever product it is of.
fn fence_key(entry: &LedgerEntry) -> Item {
    key2(format!("F#{}", entry.store_id), entry.id.as_str())
}
