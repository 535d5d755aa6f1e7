//! Where bottles go that come in, and where they come from that go: what is held back from sale, and the buckets.
//!
//! What a store holds back is no bottle of any bucket: it stands on the level, so no order can reach it, and the audit counts it
//! with what is free. What is held back and what shall be are conditions of every write that moves some of it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use sipstr_domain::stock::{Level, Plan, Shelf};
use sipstr_domain::{ProductId, StoreId};

use super::{Inventory, bucket_key, level_key};
use crate::StorageError;
use crate::item::n;

/// What changes of the figures of a product.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures {
    pub received: i64,
    pub written_off: i64,
    pub transferred: i64,
    pub incoming: i64,
    pub held_back: i64,
}

/// How the bottles of a product change: those held back, and those of each bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shelving {
    pub held_back: i64,
    pub buckets: BTreeMap<u16, i64>,
}

/// Where bottles that go are to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Here(Shelving),
    NotEnough { left: u32 },
}

impl Inventory {
    /// What comes in fills what is to be held back; the rest is spread over at most so many buckets. `None` where the product
    /// has none.
    pub(super) async fn shelve(
        &self,
        level: &Level,
        quantity: u32,
        most_buckets: u16,
    ) -> Result<Option<Shelving>, StorageError> {
        let Some(first) = self.first_bucket(&level.store_id, &level.product_id).await? else { return Ok(None) };
        let held_back = level.lacking().min(quantity);
        let rest = quantity - held_back;
        let of = u32::from(first.of.min(most_buckets).max(1));
        let share = |number: u16| (number, i64::from(rest / of) + i64::from(u32::from(number) < rest % of));
        let buckets = (0..first.of.min(most_buckets).max(1)).map(share).filter(|(_, share)| *share > 0).collect();
        Ok(Some(Shelving { held_back: i64::from(held_back), buckets }))
    }

    /// What goes comes out of as few buckets as can give it, and where these do not suffice out of what is held back, if it may.
    pub(super) async fn unshelve(
        &self,
        level: &Level,
        quantity: u32,
        also_held_back: bool,
    ) -> Result<Found, StorageError> {
        let (store, product) = (&level.store_id, &level.product_id);
        let mut shelf = Shelf::new(1);
        let (mut wanted, mut held_back) = (quantity, 0);
        loop {
            match self.plan(store, product, &mut shelf, (wanted, 0)).await? {
                Plan::Take(takes) => {
                    let buckets = takes.iter().map(|take| (take.bucket, -i64::from(take.quantity))).collect();
                    return Ok(Found::Here(Shelving { held_back: -i64::from(held_back), buckets }));
                }
                _ => {
                    let left = shelf.left();
                    let beyond = if also_held_back { u32::try_from(level.held_back).unwrap_or(0) } else { 0 };
                    if left + beyond < quantity {
                        return Ok(Found::NotEnough { left: left + beyond });
                    }
                    (wanted, held_back) = (left, quantity - left);
                    if wanted == 0 {
                        let held_back = -i64::from(held_back);
                        return Ok(Found::Here(Shelving { held_back, buckets: BTreeMap::new() }));
                    }
                }
            }
        }
    }

    /// The buckets' part of a transaction.
    pub(super) fn bucket_actions(
        &self,
        (store, product): (&StoreId, &ProductId),
        shelving: &Shelving,
    ) -> Vec<TransactWriteItem> {
        let action = |(number, change): (&u16, &i64)| {
            let update = Update::builder().table_name(&self.table);
            let update = update.set_key(Some(bucket_key(store, product, *number)));
            let update = update.update_expression("SET available = available + :c");
            let condition = "attribute_exists(pk) AND available >= :least AND attribute_not_exists(closed)";
            let update = update.condition_expression(condition).expression_attribute_values(":c", n(change));
            let update = update.expression_attribute_values(":least", n(change.min(&0).unsigned_abs()));
            TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
        };
        shelving.buckets.iter().map(action).collect()
    }

    /// The level's part of a transaction. Where bottles move, on condition that as many are held back, and shall be, as were
    /// read; where they were counted, that nothing else moved either.
    pub(super) fn level_action(
        &self,
        (store, product): (&StoreId, &ProductId),
        figures: Figures,
        known: Known<'_>,
    ) -> TransactWriteItem {
        let changes = [
            ("writtenOff", figures.written_off),
            ("transferred", figures.transferred),
            ("incoming", figures.incoming),
            ("heldBack", figures.held_back),
        ];
        let mut update = Update::builder().table_name(&self.table).set_key(Some(level_key(store, product)));
        // An entry that changes nothing is an entry all the same: that somebody counted.
        let mut adds = vec!["received :received".to_owned()];
        update = update.expression_attribute_values(":received", n(figures.received));
        for (name, change) in changes.into_iter().filter(|(_, change)| *change != 0) {
            adds.push(format!("{name} :{name}"));
            update = update.expression_attribute_values(format!(":{name}"), n(change));
        }
        let mut conditions = vec!["attribute_exists(pk)".to_owned()];
        for (name, value) in known.figures() {
            // Figures of before these were counted are nothing.
            conditions.push(match value {
                0 => format!("(attribute_not_exists({name}) OR {name} = :{name}Was)"),
                _ => format!("{name} = :{name}Was"),
            });
            update = update.expression_attribute_values(format!(":{name}Was"), n(value));
        }
        if figures.incoming < 0 {
            conditions.push("incoming >= :left".to_owned());
            update = update.expression_attribute_values(":left", n(figures.incoming.unsigned_abs()));
        }
        let update = update.update_expression(format!("ADD {}", adds.join(", ")));
        let update = update.condition_expression(conditions.join(" AND "));
        TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
    }
}

/// What a change of figures was decided on, and must still be so.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known<'a> {
    Nothing,
    /// What is held back, and shall be.
    HeldBack(&'a Level),
    /// All that says what is on hand, too.
    OnHand(&'a Level),
}

impl Known<'_> {
    fn figures(self) -> Vec<(&'static str, i64)> {
        let (level, counted) = match self {
            Self::Nothing => return Vec::new(),
            Self::HeldBack(level) => (level, false),
            Self::OnHand(level) => (level, true),
        };
        let mut figures = vec![("heldBack", level.held_back), ("safetyStock", i64::from(level.safety_stock))];
        if counted {
            figures.extend([
                ("received", level.received),
                ("writtenOff", level.written_off),
                ("transferred", level.transferred),
                ("sold", level.sold),
            ]);
        }
        figures
    }
}
