//! What the audit found of books that do not close, and the mending of them.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | finding | `A#DRIFT` | `<store>#<product>` |

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use jiff::Timestamp;
use sipstr_domain::stock::{AdjustmentReason, Drift, Finding, LedgerEntry, Repair};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId, UserId};

use super::Inventory;
use super::ledger::figures_of;
use super::shelving::{Figures, Found, Known, Shelving};
use crate::StorageError;
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key};
use crate::transact::{TRIES, pause, transact};

const PARTITION: &str = "A#DRIFT";
const FINDINGS: &str = "the findings of the audit";

/// What became of a repair that was confirmed.
#[derive(Debug, Clone, PartialEq)]
pub enum Repaired {
    /// Now, or by the same request before.
    Done(Box<LedgerEntry>),
    /// The audit has found something else since it was read, or it was repaired.
    Stale,
    /// Orders hold what would have to be taken off sale.
    NotEnough { left: u32 },
    /// Further apart than a repair can close.
    TooFar,
    /// There is no such finding.
    Unknown,
}

impl Inventory {
    /// Keeps what an audit found that began then. What was repaired since is for the next audit to judge.
    pub async fn note_drift(&self, drift: &Drift, began: Timestamp, now: Timestamp) -> Result<(), StorageError> {
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(finding_key(&drift.store_id, &drift.product_id)));
        let update = update.update_expression(
            "SET storeId = :store, productId = :product, units = :units, lastSeen = :now, \
             firstSeen = if_not_exists(firstSeen, :now) REMOVE repairedAt ADD version :one",
        );
        let update = update.condition_expression("attribute_not_exists(repairedAt) OR repairedAt < :began");
        let update = update.expression_attribute_values(":store", s(drift.store_id.as_str()));
        let update = update.expression_attribute_values(":product", s(drift.product_id.as_str()));
        let update = update.expression_attribute_values(":units", n(drift.units));
        let update = update.expression_attribute_values(":one", n(1));
        let update = update.expression_attribute_values(":now", s(written(now)));
        let update = update.expression_attribute_values(":began", s(written(began)));
        let update = update.build().expect("table, key and expression are set");
        let action = TransactWriteItem::builder().update(update).build();
        transact(&self.db, vec![action], FINDINGS).await?;
        Ok(())
    }

    /// Forgets a finding whose books close, unless something was written of it since it was read.
    pub async fn close_drift(&self, finding: &Finding) -> Result<(), StorageError> {
        let key = finding_key(&finding.drift.store_id, &finding.drift.product_id);
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key));
        let delete = delete.condition_expression("version = :version");
        let delete = delete.expression_attribute_values(":version", n(finding.version));
        let delete = delete.build().expect("table and key are set");
        let action = TransactWriteItem::builder().delete(delete).build();
        transact(&self.db, vec![action], FINDINGS).await?;
        Ok(())
    }

    /// What the audit found, by store and product.
    pub async fn drifts(&self, limit: i32, from: Option<PageKey>) -> Result<Page<Finding>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(PARTITION));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Closes the books of a finding, at the version that was read.
    pub async fn repair(
        &self,
        (store, product): (&StoreId, &ProductId),
        version: u64,
        (actor, note): (&UserId, &str),
        now: Timestamp,
    ) -> Result<Repaired, StorageError> {
        let place = (store, product);
        let entry = LedgerEntry {
            id: LedgerEntryId::derive(&["repair", store.as_str(), product.as_str(), &version.to_string()]),
            store_id: store.clone(),
            product_id: product.clone(),
            change: 0,
            reason: AdjustmentReason::Repaired,
            note: Some(note.to_owned()),
            reference: None,
            counted: None,
            lot: None,
            actor: actor.clone(),
            at: now,
        };
        for attempt in 0..TRIES {
            if let Some(before) = self.written(&entry).await? {
                return Ok(Repaired::Done(Box::new(before)));
            }
            let Some(finding) = self.drift(place).await? else { return Ok(Repaired::Unknown) };
            if finding.version != version || finding.repaired_at.is_some() {
                return Ok(Repaired::Stale);
            }
            let level = self.level(store, product).await?.ok_or(StorageError::Missing("the figures of the product"))?;
            let (change, shelving) = match Repair::of(finding.drift.units) {
                None => return Ok(Repaired::TooFar),
                Some(Repair::WriteOff { units }) => (-i64::from(units), Shelving::default()),
                Some(Repair::TakeOffSale { units }) => match self.unshelve(&level, units, true).await? {
                    Found::Here(shelving) => (0, shelving),
                    Found::NotEnough { left } => return Ok(Repaired::NotEnough { left }),
                },
            };
            let change = i32::try_from(change).map_err(|_| StorageError::Missing("a repair that fits"))?;
            let entry = LedgerEntry { change, ..entry.clone() };
            // An entry that names no lot is refused by none.
            let of_lots = self.lots_of_entry(&entry).await?.unwrap_or_default();
            let figures = Figures { held_back: shelving.held_back, ..figures_of(&entry) };
            let mut actions = vec![
                TransactWriteItem::builder().put(self.fence(&entry)).build(),
                self.mending(&finding, now),
                self.level_action(place, figures, Known::HeldBack(&level)),
                TransactWriteItem::builder().put(self.ledger_put(&entry)?).build(),
            ];
            actions.extend(self.bucket_actions(place, &shelving));
            actions.extend(of_lots);
            if transact(&self.db, actions, "the stock of the product").await?.is_none() {
                return Ok(Repaired::Done(Box::new(entry)));
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    async fn drift(&self, (store, product): (&StoreId, &ProductId)) -> Result<Option<Finding>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(finding_key(store, product)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    fn mending(&self, finding: &Finding, now: Timestamp) -> TransactWriteItem {
        let key = finding_key(&finding.drift.store_id, &finding.drift.product_id);
        let update = Update::builder().table_name(&self.table).set_key(Some(key));
        let update = update.update_expression("SET repairedAt = :now ADD version :one");
        let update = update.condition_expression("version = :version AND attribute_not_exists(repairedAt)");
        let update = update.expression_attribute_values(":now", s(written(now)));
        let update = update.expression_attribute_values(":version", n(finding.version));
        let update = update.expression_attribute_values(":one", n(1));
        TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
    }
}

/// Nine digits of a second, so that times compare as text.
fn written(at: Timestamp) -> String {
    format!("{at:.9}")
}

fn finding_key(store: &StoreId, product: &ProductId) -> Item {
    key2(PARTITION, format!("{store}#{product}"))
}
