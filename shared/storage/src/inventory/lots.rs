//! Lots of a product at a store, and of which of them came what left the shelf.
//!
//! No order touches a lot: its transaction takes from buckets only. Lots follow afterwards, by the order's events, and each step is
//! one transaction with a mark of the order and product, so that it happens once in whatever order the events arrive. Entries of the
//! ledger change lots in their own transaction. A lot is written whole, on condition of its version.

use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::stock::lot::{Attribution, Left, Lot, LotRefusal, MOST_LOTS, attribute, in_lots, moved};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry};
use sipstr_domain::{LotId, OrderId, ProductId, StoreId};

use super::shelving::{Figures, Known};
use super::{Inventory, MARKER_LIFE};
use crate::StorageError;
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::transact::{TRIES, pause, transact};

/// How long a lot that is used up is remembered.
const CLOSED_LIFE: SignedDuration = SignedDuration::from_hours(24 * 400);

/// How many partitions the index of lots that end has.
const SHARDS: u8 = 4;

/// What became of a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corrected {
    Done(Box<Lot>),
    /// It was changed since it was read, by somebody or by what left the shelf.
    Stale,
    Unknown,
    /// There would be more in lots than is on hand and not held by orders.
    MoreThanOnHand {
        most: u32,
    },
    /// It was used up, and as many lots as there may be are not.
    TooMany,
}

/// Of which lots a line of an order was; written once for each order and product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    #[serde(flatten)]
    attribution: Attribution,
    /// Whether it came back; with nothing attributed, before it was told of that it had left.
    came_back: bool,
}

impl Inventory {
    /// All lots of a product that are remembered, those that are used up included.
    pub async fn lots(&self, (store, product): (&StoreId, &ProductId)) -> Result<Vec<Lot>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).key_condition_expression("pk = :pk");
        let mut pages = query.expression_attribute_values(":pk", s(lots_pk(store, product))).into_paginator().send();
        let mut lots = Vec::new();
        while let Some(page) = pages.try_next().await? {
            for item in page.items.unwrap_or_default() {
                lots.push(from_item(item)?);
            }
        }
        Ok(lots)
    }

    /// Attributes what left the shelf with an order at that time, once. What left before the first lot came is of none.
    pub async fn leave_shelf(
        &self,
        place: (&StoreId, &ProductId),
        order: &OrderId,
        (quantity, at): (u32, Timestamp),
    ) -> Result<(), StorageError> {
        for attempt in 0..TRIES {
            if self.mark(order, place.1).await?.is_some() {
                return Ok(());
            }
            let lots = self.lots_at(place, at).await?;
            if lots.is_empty() {
                return Ok(());
            }
            let attribution = attribute(&lots, quantity, Left::Sold(day(at)));
            let steps = moved(&lots, &attribution, false);
            let mut actions =
                vec![self.mark_put(order, place.1, &Mark { attribution, came_back: false }, at, FIRST)?];
            actions.extend(self.lot_puts(&steps, at)?);
            match transact(&self.db, actions, "the lots of the product").await?.as_deref() {
                None | Some([true, ..]) => return Ok(()),
                Some(_) => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the lots of the product"))
    }

    /// Puts back into its lots what an order that left the shelf at that time brought back, once. Told of it before it was told that
    /// the order had left, it marks that nothing is to be attributed.
    pub async fn back_on_shelf(
        &self,
        place: (&StoreId, &ProductId),
        order: &OrderId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        for attempt in 0..TRIES {
            let lots = self.lots_at(place, at).await?;
            let (attribution, condition) = match self.mark(order, place.1).await? {
                Some(mark) if mark.came_back => return Ok(()),
                Some(mark) => (mark.attribution, AGAIN),
                None if lots.is_empty() => return Ok(()),
                None => (Attribution::default(), FIRST),
            };
            let steps = moved(&lots, &attribution, true);
            let mut actions =
                vec![self.mark_put(order, place.1, &Mark { attribution, came_back: true }, at, condition)?];
            actions.extend(self.lot_puts(&steps, at)?);
            if transact(&self.db, actions, "the lots of the product").await?.is_none() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the lots of the product"))
    }

    /// Says anew when a lot ends and what is left of it, at the version that was read. Lots never hold more than is on hand.
    pub async fn correct_lot(
        &self,
        place: (&StoreId, &ProductId),
        (id, version): (&LotId, u64),
        (best_before, remaining): (Date, u32),
        now: Timestamp,
    ) -> Result<Corrected, StorageError> {
        for attempt in 0..TRIES {
            let (level, lots) = (self.level(place.0, place.1).await?, self.lots(place).await?);
            let lot = lots.iter().find(|lot| lot.id == *id);
            let (Some(level), Some(lot)) = (level, lot) else { return Ok(Corrected::Unknown) };
            if lot.version != version {
                return Ok(Corrected::Stale);
            }
            let others: Vec<&Lot> = lots.iter().filter(|other| other.id != *id && other.is_open()).collect();
            // What orders hold may be with a courier already: it is on hand until it is handed over, and of no lot of the shelf.
            let free = level.on_hand() - level.reserved - (in_lots(&lots) - i64::from(lot.remaining));
            let most = u32::try_from(free.max(0)).unwrap_or(u32::MAX);
            let raised = remaining > lot.remaining;
            if raised && remaining > most {
                return Ok(Corrected::MoreThanOnHand { most });
            }
            if raised && !lot.is_open() && others.len() >= MOST_LOTS {
                return Ok(Corrected::TooMany);
            }
            let next = lot.corrected(best_before, remaining);
            let mut actions = self.lot_puts(&[(lot.clone(), next.clone())], now)?;
            if raised {
                // As much is on hand, and in the other lots, as was read.
                actions.push(self.level_action(place, Figures::default(), Known::OnHand(&level)));
                actions.extend(others.into_iter().map(|other| self.unchanged(other)));
            }
            if transact(&self.db, actions, "the lots of the product").await?.is_none() {
                return Ok(Corrected::Done(Box::new(next)));
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the lots of the product"))
    }

    /// Open lots that end on this day or before, of which the store was not told; at most `limit` of each partition.
    pub async fn ending(&self, by: Date, limit: i32) -> Result<Vec<(StoreId, ProductId, LotId)>, StorageError> {
        let mut ending = Vec::new();
        for shard in 0..SHARDS {
            let query = self.db.query().table_name(&self.table).index_name("byEnding").limit(limit);
            let query = query.key_condition_expression("endsKey = :k AND endsOn <= :by");
            let query = query.expression_attribute_values(":k", s(ends_key(shard)));
            let found = query.expression_attribute_values(":by", s(by.to_string())).send().await?;
            ending.extend(found.items.unwrap_or_default().iter().filter_map(place_of));
        }
        Ok(ending)
    }

    /// Notes that the store is told that a lot ends; the stream tells it. `false` where somebody noted it, or it ends later now.
    pub async fn note_ending(
        &self,
        (store, product, id): (&StoreId, &ProductId, &LotId),
        by: Date,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let Some(item) = self.item(key2(lots_pk(store, product), id.as_str())).await? else { return Ok(false) };
        let lot: Lot = from_item(item)?;
        if lot.told || !lot.is_open() || lot.best_before > by {
            return Ok(false);
        }
        let told = (lot.clone(), lot.told());
        Ok(transact(&self.db, self.lot_puts(&[told], now)?, "the lot").await?.is_none())
    }

    /// What an entry of the ledger does to lots. Goods go to the lot that they name; a loss comes from the lot that it names, or from
    /// those that end first.
    pub(super) async fn lots_of_entry(
        &self,
        entry: &LedgerEntry,
    ) -> Result<Result<Vec<TransactWriteItem>, LotRefusal>, StorageError> {
        let units = entry.change.unsigned_abs();
        let comes_in = entry.change > 0;
        // What comes in without a lot, and a count that found what the books say, changes none.
        if entry.change == 0 || (comes_in && entry.lot.is_none()) {
            return Ok(Ok(Vec::new()));
        }
        let lots = self.lots((&entry.store_id, &entry.product_id)).await?;
        let Some(named) = &entry.lot else {
            let steps = moved(&lots, &attribute(&lots, units, Left::Lost), false);
            return Ok(Ok(self.lot_puts(&steps, entry.at)?));
        };
        let known = lots.iter().find(|lot| lot.number == named.number);
        let step = match (known, named.best_before) {
            (Some(lot), Some(date)) if lot.best_before != date => {
                return Ok(Err(LotRefusal::OtherDate(lot.best_before)));
            }
            (Some(lot), _) if !comes_in && lot.remaining < units => {
                return Ok(Err(LotRefusal::NotEnough { left: lot.remaining }));
            }
            (Some(lot), _) if !comes_in => (lot.clone(), lot.taken(units)),
            (None, Some(date)) if comes_in => {
                let (store, product, number) = (entry.store_id.clone(), entry.product_id.clone(), named.number.clone());
                let lot = Lot::new(store, product, number, date, entry.at);
                (lot.clone(), lot.received(units))
            }
            (Some(lot), _) if entry.reason == AdjustmentReason::Received => (lot.clone(), lot.received(units)),
            _ => return Ok(Err(LotRefusal::Unknown)),
        };
        if !step.0.is_open() && lots.iter().filter(|lot| lot.is_open()).count() >= MOST_LOTS {
            return Ok(Err(LotRefusal::TooMany));
        }
        Ok(Ok(self.lot_puts(&[step], entry.at)?))
    }

    /// The lots that what left the shelf at that time may have been of.
    async fn lots_at(&self, place: (&StoreId, &ProductId), at: Timestamp) -> Result<Vec<Lot>, StorageError> {
        let mut lots = self.lots(place).await?;
        lots.retain(|lot| lot.since <= at);
        Ok(lots)
    }

    async fn mark(&self, order: &OrderId, product: &ProductId) -> Result<Option<Mark>, StorageError> {
        self.item(mark_key(order, product)).await?.map(from_item).transpose()
    }

    fn mark_put(
        &self,
        order: &OrderId,
        product: &ProductId,
        mark: &Mark,
        at: Timestamp,
        condition: &str,
    ) -> Result<TransactWriteItem, StorageError> {
        let mut item = to_item(mark, &[])?;
        item.extend(mark_key(order, product));
        item.insert("ttl".to_owned(), n((at + MARKER_LIFE).as_second()));
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).condition_expression(condition);
        let put = match condition {
            AGAIN => put.expression_attribute_values(":no", aws_sdk_dynamodb::types::AttributeValue::Bool(false)),
            _ => put,
        };
        Ok(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build())
    }

    /// Writes lots anew, each on condition that it is what was read.
    fn lot_puts(&self, steps: &[(Lot, Lot)], at: Timestamp) -> Result<Vec<TransactWriteItem>, StorageError> {
        let put = |(before, after): &(Lot, Lot)| {
            let put = Put::builder().table_name(&self.table).set_item(Some(lot_item(after, at)?));
            let put = match before.version {
                0 => put.condition_expression("attribute_not_exists(pk)"),
                version => put.condition_expression("version = :v").expression_attribute_values(":v", n(version)),
            };
            Ok(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build())
        };
        steps.iter().map(put).collect()
    }

    fn unchanged(&self, lot: &Lot) -> TransactWriteItem {
        let check = ConditionCheck::builder().table_name(&self.table).set_key(Some(lot_key(lot)));
        let check = check.condition_expression("version = :v").expression_attribute_values(":v", n(lot.version));
        TransactWriteItem::builder().condition_check(check.build().expect("table, key and condition are set")).build()
    }
}

/// The mark is the first one.
const FIRST: &str = "attribute_not_exists(pk)";

/// The mark says that something left, and not yet that it came back.
const AGAIN: &str = "cameBack = :no";

/// Days are those of UTC here: which lot has ended matters for the order among lots only.
fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn lots_pk(store: &StoreId, product: &ProductId) -> String {
    format!("T#{store}#{product}")
}

fn lot_key(lot: &Lot) -> Item {
    key2(lots_pk(&lot.store_id, &lot.product_id), lot.id.as_str())
}

fn mark_key(order: &OrderId, product: &ProductId) -> Item {
    key2(format!("A#{order}"), format!("lots#{product}"))
}

/// One that is open and not told of stands in the index of those that end; one that is used up goes by itself.
fn lot_item(lot: &Lot, at: Timestamp) -> Result<Item, StorageError> {
    let mut item = to_item(lot, &[])?;
    item.extend(lot_key(lot));
    if !lot.is_open() {
        item.insert("ttl".to_owned(), n((at + CLOSED_LIFE).as_second()));
    } else if !lot.told {
        let shard = lot.id.as_str().as_bytes().last().copied().unwrap_or(0) % SHARDS;
        item.insert("endsKey".to_owned(), s(ends_key(shard)));
        item.insert("endsOn".to_owned(), s(lot.best_before.to_string()));
    }
    Ok(item)
}

fn ends_key(shard: u8) -> String {
    format!("lot#{shard}")
}

fn place_of(item: &Item) -> Option<(StoreId, ProductId, LotId)> {
    let text = |name: &str| item.get(name)?.as_s().ok();
    let (store, product) = text("pk")?.strip_prefix("T#")?.split_once('#')?;
    Some((store.parse().ok()?, product.parse().ok()?, text("sk")?.parse().ok()?))
}
