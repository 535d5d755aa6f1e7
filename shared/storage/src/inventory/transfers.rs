//! Goods between stores: each step is one transaction that moves the bottles, writes the ledger of both stores and the
//! transfer's state, which can be left only once.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | transfer | `X#<transfer>` | `TRANSFER` |
//! | its place in the list of a store | `XL#<store>#<IN or OUT>` | when it was sent, transfer id |

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry, Level, MOST_BUCKETS, Transfer, TransferLine, TransferState};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId, TransferId, UserId};

use super::Inventory;
use super::shelving::{Figures, Found, Known, Shelving};
use crate::StorageError;
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, pause, transact};

/// Actions of one transaction at most (DynamoDB's limit).
const MOST_ACTIONS: usize = 100;

/// Which of a store's transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

/// What became of a transfer that was to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// On its way, since now or since the same request before.
    Done(Box<Transfer>),
    /// The transfer's id was used for another one.
    KeyReused,
    /// Fewer are free of a product than would be sent; nothing was written.
    NotEnough { product_id: ProductId, left: u32 },
    /// The sending store does not stock it.
    Unknown { product_id: ProductId },
    /// The receiving store has no shelf for it.
    NoShelf { product_id: ProductId },
    /// The bottles lie in more buckets and lots than one transaction can change; nothing was written.
    TooManyBuckets,
}

/// What became of a transfer that was to be ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// Now, or by the same request before.
    Done(Box<Transfer>),
    /// It was ended by another request.
    Over(TransferState),
    /// The same request said something else before.
    KeyReused,
}

/// What an entry of a transfer says.
struct Cause<'a> {
    transfer: &'a Transfer,
    by: &'a UserId,
    at: jiff::Timestamp,
}

impl Inventory {
    pub async fn transfer(&self, id: &TransferId) -> Result<Option<Transfer>, StorageError> {
        let key = transfer_key(id);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    /// A store's transfers, newest first.
    pub async fn transfers(
        &self,
        store: &StoreId,
        direction: Direction,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Transfer>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.consistent_read(true).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(list_pk(store, direction)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        let places: Page<Place> = page(found.items, found.last_evaluated_key)?;
        let reads = places.items.iter().map(|place| self.transfer(&place.transfer));
        let items = futures::future::join_all(reads).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Page { items: items.into_iter().flatten().collect(), next: places.next })
    }

    /// Takes the goods out of the sending store's books. The transfer's id makes it happen once.
    pub async fn dispatch(&self, transfer: &Transfer) -> Result<Sent, StorageError> {
        for line in &transfer.lines {
            if self.level(&transfer.to, &line.product_id).await?.is_none() {
                return Ok(Sent::NoShelf { product_id: line.product_id.clone() });
            }
        }
        for attempt in 0..TRIES {
            let mut actions = self.dispatched(transfer)?;
            for line in &transfer.lines {
                let product_id = line.product_id.clone();
                let Some(level) = self.level(&transfer.from, &product_id).await? else {
                    return Ok(Sent::Unknown { product_id });
                };
                match self.unshelve(&level, line.sent, false).await? {
                    Found::Here(shelving) => actions.extend(self.leaving(transfer, line, &level, &shelving).await?),
                    Found::NotEnough { left } => {
                        // What is missing now may be what this very transfer took before.
                        let before = self.transfer(&transfer.id).await?;
                        return Ok(before.map_or(Sent::NotEnough { product_id, left }, |it| sent_before(it, transfer)));
                    }
                }
            }
            if actions.len() > MOST_ACTIONS {
                return Ok(Sent::TooManyBuckets);
            }
            match transact(&self.db, actions, "the transfer").await?.as_deref() {
                None => return Ok(Sent::Done(Box::new(transfer.clone()))),
                Some([true, ..]) => {
                    let before = self.transfer(&transfer.id).await?;
                    return Ok(before.map_or(Sent::KeyReused, |before| sent_before(before, transfer)));
                }
                Some(_) => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    /// Writes how a transfer ended: taken in by the receiving store, or brought back to the sending one.
    pub async fn end_transfer(&self, before: &Transfer, after: &Transfer) -> Result<Ended, StorageError> {
        for attempt in 0..TRIES {
            let stored = self.transfer(&before.id).await?.ok_or(StorageError::Missing("the transfer"))?;
            if stored.state != TransferState::Dispatched {
                return Ok(ended_before(stored, after));
            }
            let mut actions = vec![self.transfer_put(after, Some(before.version))?];
            let most_buckets = buckets_a_line(after);
            for line in &after.lines {
                actions.extend(self.arriving(after, line, most_buckets).await?);
            }
            match transact(&self.db, actions, "the transfer").await? {
                None => return Ok(Ended::Done(Box::new(after.clone()))),
                Some(_) => pause(attempt).await,
            }
        }
        Err(StorageError::Contended("the stock of the product"))
    }

    fn dispatched(&self, transfer: &Transfer) -> Result<Vec<TransactWriteItem>, StorageError> {
        let mut actions = vec![self.transfer_put(transfer, None)?];
        for (store, direction) in [(&transfer.from, Direction::Out), (&transfer.to, Direction::In)] {
            let mut item = key2(list_pk(store, direction), format!("{:.9}#{}", transfer.sent_at, transfer.id));
            item.insert("transfer".to_owned(), s(transfer.id.as_str()));
            let put = Put::builder().table_name(&self.table).set_item(Some(item));
            actions.push(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build());
        }
        Ok(actions)
    }

    /// A line leaves the sending store and is on its way to the other. It is of the lots that end first, and arrives without one.
    async fn leaving(
        &self,
        transfer: &Transfer,
        line: &TransferLine,
        level: &Level,
        shelving: &Shelving,
    ) -> Result<Vec<TransactWriteItem>, StorageError> {
        let cause = Cause { transfer, by: &transfer.sent_by, at: transfer.sent_at };
        let (from, to) = ((&transfer.from, &line.product_id), (&transfer.to, &line.product_id));
        let sent = i64::from(line.sent);
        let gone = Figures { transferred: -sent, ..Figures::default() };
        let coming = Figures { incoming: sent, ..Figures::default() };
        let entry = entry(&cause, from, -change(line.sent), AdjustmentReason::TransferredOut);
        // An entry that names no lot is refused by none.
        let of_lots = self.lots_of_entry(&entry).await?.unwrap_or_default();
        let mut actions = vec![
            self.noted(&entry)?,
            self.level_action(from, gone, Known::HeldBack(level)),
            self.level_action(to, coming, Known::Nothing),
        ];
        actions.extend(of_lots);
        actions.extend(self.bucket_actions(from, shelving));
        Ok(actions)
    }

    /// A line is on its way no more: what came stands in one of the stores, and what did not is written off there.
    async fn arriving(
        &self,
        transfer: &Transfer,
        line: &TransferLine,
        most_buckets: u16,
    ) -> Result<Vec<TransactWriteItem>, StorageError> {
        let closing = transfer.closed.as_ref().ok_or(StorageError::Missing("how the transfer ended"))?;
        let cause = Cause { transfer, by: &closing.by, at: closing.at };
        let (to, sent) = ((&transfer.to, &line.product_id), i64::from(line.sent));
        let (home, here, reason) = match &line.arrival {
            Some(arrival) => (to, arrival.received, AdjustmentReason::TransferredIn),
            None => ((&transfer.from, &line.product_id), line.sent, AdjustmentReason::TransferredBack),
        };
        let missing = "the figures of the product";
        let level = self.level(home.0, home.1).await?.ok_or(StorageError::Missing(missing))?;
        let shelving = self.shelve(&level, here, most_buckets).await?.ok_or(StorageError::Missing(missing))?;
        let came = Figures {
            transferred: sent,
            written_off: sent - i64::from(here),
            held_back: shelving.held_back,
            ..Figures::default()
        };
        let mut actions = vec![self.noted(&entry(&cause, home, change(line.sent), reason))?];
        match &line.arrival {
            Some(arrival) => {
                actions.push(self.level_action(home, Figures { incoming: -sent, ..came }, Known::HeldBack(&level)));
                for (units, reason) in
                    [(arrival.lost, AdjustmentReason::Lost), (arrival.damaged, AdjustmentReason::Damaged)]
                {
                    if units > 0 {
                        actions.push(self.noted(&entry(&cause, home, -change(units), reason))?);
                    }
                }
            }
            None => {
                let no_more = Figures { incoming: -sent, ..Figures::default() };
                actions.push(self.level_action(home, came, Known::HeldBack(&level)));
                actions.push(self.level_action(to, no_more, Known::Nothing));
            }
        }
        actions.extend(self.bucket_actions(home, &shelving));
        Ok(actions)
    }

    fn noted(&self, entry: &LedgerEntry) -> Result<TransactWriteItem, StorageError> {
        Ok(TransactWriteItem::builder().put(self.ledger_put(entry)?).build())
    }

    fn transfer_put(&self, transfer: &Transfer, before: Option<u64>) -> Result<TransactWriteItem, StorageError> {
        let keys = [("pk", format!("X#{}", transfer.id)), ("sk", "TRANSFER".to_owned())];
        let put = Put::builder().table_name(&self.table).set_item(Some(to_item(transfer, &keys)?));
        let put = match before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(version) => {
                put.condition_expression("version = :version").expression_attribute_values(":version", n(version))
            }
        };
        Ok(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build())
    }
}

/// An entry of the ledger that names its transfer; the transfer's state makes it happen once.
fn entry(
    cause: &Cause<'_>,
    (store, product): (&StoreId, &ProductId),
    change: i32,
    reason: AdjustmentReason,
) -> LedgerEntry {
    let id = &cause.transfer.id;
    LedgerEntry {
        id: LedgerEntryId::derive(&[id.as_str(), product.as_str(), &format!("{reason:?}")]),
        store_id: store.clone(),
        product_id: product.clone(),
        change,
        reason,
        note: None,
        reference: Some(id.to_string()),
        counted: None,
        lot: None,
        actor: cause.by.clone(),
        at: cause.at,
    }
}

/// Where a transfer stands in a list.
#[derive(serde::Deserialize)]
struct Place {
    transfer: TransferId,
}

fn sent_before(before: Transfer, wanted: &Transfer) -> Sent {
    if before.says_the_same(wanted) { Sent::Done(Box::new(before)) } else { Sent::KeyReused }
}

fn ended_before(stored: Transfer, wanted: &Transfer) -> Ended {
    let request = |transfer: &Transfer| transfer.closed.as_ref().map(|closing| closing.request.clone());
    if request(&stored) != request(wanted) {
        return Ended::Over(stored.state);
    }
    if stored.ends_the_same(wanted) { Ended::Done(Box::new(stored)) } else { Ended::KeyReused }
}

/// Over how many buckets what comes of a line may be spread, so that the transaction has room for every line.
fn buckets_a_line(transfer: &Transfer) -> u16 {
    // An entry, two for what did not come or the other store's figures, and the level.
    let room = (MOST_ACTIONS - 1) / transfer.lines.len().max(1);
    u16::try_from(room.saturating_sub(4)).unwrap_or(MOST_BUCKETS).clamp(1, MOST_BUCKETS)
}

fn change(units: u32) -> i32 {
    i32::try_from(units).unwrap_or(i32::MAX)
}

fn transfer_key(id: &TransferId) -> Item {
    key2(format!("X#{id}"), "TRANSFER")
}

fn list_pk(store: &StoreId, direction: Direction) -> String {
    match direction {
        Direction::In => format!("XL#{store}#IN"),
        Direction::Out => format!("XL#{store}#OUT"),
    }
}
