//! Stock by other ways than an order: ledger entry, its fence, level and buckets in one transaction.
//!
//! The fence has the entry's id as its key and makes the entry happen once; the entry itself is kept by its time, so that the
//! ledger reads from the newest.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use sipstr_domain::stock::lot::LotRefusal;
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry, Level, MOST_BUCKETS};
use sipstr_domain::{ProductId, StoreId};

use super::Inventory;
use super::shelving::{Figures, Found, Known};
use crate::StorageError;
use crate::item::{Item, Page, PageKey, from_item, key2, page, s, start_key, to_item};
use crate::transact::{TRIES, pause, transact};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjusted {
    /// Written now, or by the same request before.
    Done,
    /// The entry's id was used for something else.
    KeyReused,
    /// Fewer bottles are free than would be taken away; nothing was written.
    NotEnough { left: u32 },
    /// It does not go with the lot that it names; nothing was written.
    Lot(LotRefusal),
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

/// What an attempt to write an entry came to.
enum Written {
    Now,
    Before,
    NotEnough {
        left: u32,
    },
    Lot(LotRefusal),
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
                Written::Lot(refused) => return Ok(Adjusted::Lot(refused)),
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
                // A count names no lot.
                Written::Before | Written::Lost | Written::Lot(_) => pause(attempt).await,
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
        let place = (&entry.store_id, &entry.product_id);
        let level = match unless_moved {
            Some(level) => level.clone(),
            None => match self.level(place.0, place.1).await? {
                Some(level) => level,
                None => return Ok(Written::Unknown),
            },
        };
        let units = entry.change.unsigned_abs();
        let shelving = if entry.change >= 0 {
            match self.shelve(&level, units, MOST_BUCKETS).await? {
                Some(shelving) => shelving,
                None => return Ok(Written::Unknown),
            }
        } else {
            match self.unshelve(&level, units, true).await? {
                Found::Here(shelving) => shelving,
                // What is missing now may be what this very entry took away before.
                Found::NotEnough { .. } if self.written(entry).await?.is_some() => return Ok(Written::Before),
                Found::NotEnough { left } => return Ok(Written::NotEnough { left }),
            }
        };
        let of_lots = match self.lots_of_entry(entry).await? {
            Ok(actions) => actions,
            // The lot is not what it was when this very entry was written.
            Err(_) if self.written(entry).await?.is_some() => return Ok(Written::Before),
            Err(refused) => return Ok(Written::Lot(refused)),
        };
        let figures = Figures { held_back: shelving.held_back, ..figures_of(entry) };
        let known = if unless_moved.is_some() { Known::OnHand(&level) } else { Known::HeldBack(&level) };
        let mut actions = vec![
            TransactWriteItem::builder().put(self.fence(entry)).build(),
            self.level_action(place, figures, known),
            TransactWriteItem::builder().put(self.ledger_put(entry)?).build(),
        ];
        actions.extend(self.bucket_actions(place, &shelving));
        actions.extend(of_lots);
        Ok(match transact(&self.db, actions, "the stock of the product").await?.as_deref() {
            None => Written::Now,
            Some([true, ..]) => Written::Before,
            Some(_) => Written::Lost,
        })
    }

    pub(super) async fn written(&self, entry: &LedgerEntry) -> Result<Option<LedgerEntry>, StorageError> {
        let fence = self.item(fence_key(entry)).await?;
        let part = |name: &str| fence.as_ref()?.get(name)?.as_s().ok();
        let (Some(pk), Some(sk)) = (part("ledger"), part("entry")) else { return Ok(None) };
        self.item(key2(pk, sk)).await?.map(from_item).transpose()
    }

    pub(super) async fn item(&self, key: Item) -> Result<Option<Item>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        Ok(found.item)
    }

    pub(super) fn fence(&self, entry: &LedgerEntry) -> Put {
        let mut item = fence_key(entry);
        item.insert("ledger".to_owned(), s(ledger_pk(&entry.store_id, &entry.product_id)));
        item.insert("entry".to_owned(), s(ledger_sk(entry)));
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set")
    }

    pub(super) fn ledger_put(&self, entry: &LedgerEntry) -> Result<Put, StorageError> {
        let keys = [("pk", ledger_pk(&entry.store_id, &entry.product_id)), ("sk", ledger_sk(entry))];
        let put = Put::builder().table_name(&self.table).set_item(Some(to_item(entry, &keys)?));
        Ok(put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set"))
    }
}

/// What came in, or was found in a count, was received; what went missing otherwise was written off.
pub(super) fn figures_of(entry: &LedgerEntry) -> Figures {
    let change = i64::from(entry.change);
    match entry.reason {
        AdjustmentReason::Received | AdjustmentReason::Counted => Figures { received: change, ..Figures::default() },
        AdjustmentReason::Damaged
        | AdjustmentReason::Expired
        | AdjustmentReason::Stolen
        | AdjustmentReason::Lost
        | AdjustmentReason::Repaired => Figures { written_off: -change, ..Figures::default() },
        AdjustmentReason::TransferredOut | AdjustmentReason::TransferredIn | AdjustmentReason::TransferredBack => {
            Figures { transferred: change, ..Figures::default() }
        }
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
