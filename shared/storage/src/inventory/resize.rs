//! More or fewer buckets while the product sells; the protocol stands at the head of [`super`].

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use sipstr_domain::stock::layout::{Move, Step, next_step};
use sipstr_domain::stock::{Bucket, Take};
use sipstr_domain::{ProductId, StoreId};

use super::{Inventory, bucket_key};
use crate::StorageError;
use crate::item::{n, s};
use crate::transact::{pause, transact};

/// How long one call goes on: a function has 10 s. A change between 1 and 64 buckets takes about ten steps.
const PATIENCE: Duration = Duration::from_secs(5);

/// Steps in a row that buyers made fail, before the caller is told to come again.
const MOST_FAILURES: u32 = 12;

/// Between two steps, so that whoever reads all buckets to know that nothing is left gets done in between.
const REST: Duration = Duration::from_millis(25);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resized {
    Done,
    /// Somebody else asked for another number meanwhile, which is what it has now.
    Superseded {
        buckets: u16,
    },
    /// The store does not stock this product.
    Unknown,
}

/// A step of which the condition is that nothing moved since the buckets were read.
struct Draft<'a> {
    inventory: &'a Inventory,
    first: &'a Bucket,
    now: Timestamp,
    /// What is added to each bucket, or taken from it.
    changes: BTreeMap<u16, i64>,
}

impl Inventory {
    /// Gives a product so many buckets. Doing it again does nothing, or finishes what was left unfinished.
    pub async fn resize(
        &self,
        (store, product): (&StoreId, &ProductId),
        wanted: u16,
        now: Timestamp,
    ) -> Result<Resized, StorageError> {
        let (mut reached, mut failures) = (false, 0);
        let started = Instant::now();
        loop {
            // Bucket 0 before the others: the revision that a step is conditional on is older than all that it builds on.
            let Some(first) = self.first_bucket(store, product).await? else { return Ok(Resized::Unknown) };
            if reached && first.of != wanted {
                return Ok(Resized::Superseded { buckets: first.of });
            }
            reached = first.of == wanted;
            let others = self.buckets_of(store, product, 1..first.reach()).await?;
            let step = next_step(&first, &others, wanted);
            let late = started.elapsed() >= PATIENCE;
            match step {
                Step::Done => return Ok(Resized::Done),
                // It is done, though buyers make the buckets uneven faster than they are evened out.
                Step::Even(_) if late => return Ok(Resized::Done),
                _ if late => return Err(StorageError::Contended("the buckets of a product")),
                _ => {}
            }
            let draft = Draft { inventory: self, first: &first, now, changes: BTreeMap::new() };
            match transact(&self.db, draft.actions(&step), "the buckets of a product").await {
                Ok(None) => {
                    failures = 0;
                    tokio::time::sleep(REST).await;
                }
                Ok(Some(_)) | Err(StorageError::Contended(_)) if failures < MOST_FAILURES => {
                    failures += 1;
                    pause(failures).await;
                }
                Ok(Some(_)) => return Err(StorageError::Contended("the buckets of a product")),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Draft<'_> {
    fn actions(mut self, step: &Step) -> Vec<TransactWriteItem> {
        let mut layout = (self.first.of, self.first.reach());
        let mut marks = BTreeMap::new();
        match step {
            Step::Open { of, filled } => {
                layout = (*of, self.first.reach().max(*of));
                for Take { bucket, quantity } in filled {
                    self.moves(&[Move { from: 0, to: *bucket, quantity: *quantity }]);
                    marks.insert(*bucket, Mark::Open);
                }
            }
            Step::Narrow { of } => layout.0 = *of,
            Step::Close(moves) => {
                self.moves(moves);
                marks.extend(moves.iter().map(|emptied| (emptied.from, Mark::Close)));
            }
            Step::Settle => layout.1 = self.first.of,
            Step::Even(moves) => self.moves(moves),
            Step::Done => {}
        }
        let own = self.changes.remove(&0).unwrap_or(0);
        let others = self.changes.iter().map(|(number, change)| self.update(*number, *change, marks.get(number)));
        std::iter::once(self.first_update(layout, own))
            .chain(others)
            .map(|update| TransactWriteItem::builder().update(update).build())
            .collect()
    }

    fn moves(&mut self, moves: &[Move]) {
        for Move { from, to, quantity } in moves {
            *self.changes.entry(*from).or_insert(0) -= i64::from(*quantity);
            *self.changes.entry(*to).or_insert(0) += i64::from(*quantity);
        }
    }

    fn keyed(&self, number: u16, change: i64) -> UpdateBuilder {
        let update = Update::builder().table_name(&self.inventory.table);
        let update = update.set_key(Some(bucket_key(&self.first.store_id, &self.first.product_id, number)));
        update.expression_attribute_values(":c", n(change))
    }

    /// Bucket 0: how the shelf is laid out, one revision further.
    fn first_update(&self, (of, made): (u16, u16), change: i64) -> Update {
        let revision = self.first.revision;
        let condition = if revision == 0 { "attribute_not_exists(revision)" } else { "revision = :was" };
        let update = self.keyed(0, change);
        let update = if revision == 0 { update } else { update.expression_attribute_values(":was", n(revision)) };
        let update = update.condition_expression(format!("available >= :least AND {condition}"));
        let update = update.update_expression(
            "SET available = available + :c, #of = :of, made = :made, revision = :is, revisedAt = :now",
        );
        let update = update.expression_attribute_names("#of", "of");
        let update = update.expression_attribute_values(":least", n(change.min(0).unsigned_abs()));
        let update = update.expression_attribute_values(":of", n(of)).expression_attribute_values(":made", n(made));
        let update = update.expression_attribute_values(":is", n(revision + 1));
        let update = update.expression_attribute_values(":now", s(self.now.to_string()));
        update.build().expect("table, key and expression are set")
    }

    fn update(&self, number: u16, change: i64, mark: Option<&Mark>) -> Update {
        let update = self.keyed(number, change);
        let update = match mark {
            Some(Mark::Open) => update
                .update_expression(
                    "SET available = if_not_exists(available, :zero) + :c, storeId = :s, productId = :p, \
                     #number = :number, #of = :number REMOVE closed",
                )
                .expression_attribute_names("#number", "number")
                .expression_attribute_names("#of", "of")
                .expression_attribute_values(":zero", n(0))
                .expression_attribute_values(":number", n(number))
                .expression_attribute_values(":s", s(self.first.store_id.as_str()))
                .expression_attribute_values(":p", s(self.first.product_id.as_str())),
            // Exactly what was seen, or a bottle that came back meanwhile would be shut in.
            Some(Mark::Close) => update
                .update_expression("SET available = available + :c, closed = :yes")
                .condition_expression("available = :all")
                .expression_attribute_values(":yes", AttributeValue::Bool(true))
                .expression_attribute_values(":all", n(change.unsigned_abs())),
            None => update
                .update_expression("SET available = available + :c")
                .condition_expression("available >= :least AND attribute_not_exists(closed)")
                .expression_attribute_values(":least", n(change.min(0).unsigned_abs())),
        };
        update.build().expect("table, key and expression are set")
    }
}

enum Mark {
    Open,
    Close,
}
