//! Token buckets: how often something may be done under one name, counted before it is done.
//!
//! A bucket is one number, the time at which it will be full again (the *generic cell rate algorithm*: ITU-T I.371), so that
//! taking from it is one conditional write and parallel takers cannot beat it. Items expire when they are full.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};

use crate::item::{Item, key, n};
use crate::transact::TRIES;
use crate::{Action, Db, StorageError};

#[derive(Debug, Clone)]
pub struct Limits {
    db: Db,
    table: String,
}

/// So many at once, refilled evenly over a time.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is limited; part of the bucket's name.
    pub of: &'static str,
    pub burst: u32,
    pub per: SignedDuration,
}

impl Limit {
    /// What one token costs; a millisecond at the least, or the bucket would never look used.
    fn each_millis(self) -> i64 {
        (i64::try_from(self.per.as_millis()).unwrap_or(i64::MAX) / i64::from(self.burst.max(1))).max(1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Yes,
    /// The bucket is empty; the next token is there in so many seconds.
    Empty {
        retry_after: u32,
    },
}

impl Limits {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Takes a token under this name.
    ///
    /// One conditional write where the bucket is full, which is nearly always, and one more where it is not. Neither asks for
    /// the value that was read, so that many takers at once are in nobody's way.
    pub async fn take(&self, limit: Limit, name: &str, now: Timestamp) -> Result<Taken, StorageError> {
        let (each, now) = (limit.each_millis(), now.as_millisecond());
        let furthest = now + each * i64::from(limit.burst);
        for _ in 0..TRIES {
            let full = self.update(limit, name, furthest).update_expression("SET fullAt = :next, #ttl = :ttl");
            let full = full.condition_expression("attribute_not_exists(fullAt) OR fullAt <= :now");
            let full =
                full.expression_attribute_values(":next", n(now + each)).expression_attribute_values(":now", n(now));
            if sent(full).await?.is_none() {
                return Ok(Taken::Yes);
            }
            let used = self.update(limit, name, furthest).update_expression("SET fullAt = fullAt + :each, #ttl = :ttl");
            let used = used.condition_expression("fullAt > :now AND fullAt <= :most");
            let used = used.expression_attribute_values(":now", n(now)).expression_attribute_values(":each", n(each));
            let Some(full_at) = sent(used.expression_attribute_values(":most", n(furthest - each))).await? else {
                return Ok(Taken::Yes);
            };
            let missing = full_at + each - furthest;
            if missing > 0 {
                return Ok(Taken::Empty { retry_after: u32::try_from((missing + 999) / 1_000).unwrap_or(u32::MAX) });
            }
            // It was filled up between the two: once more.
        }
        Ok(Taken::Empty { retry_after: 1 })
    }

    fn update(&self, limit: Limit, name: &str, until: i64) -> UpdateItemFluentBuilder {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(bucket_key(limit, name)));
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":ttl", n(until / 1_000 + 60));
        update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Fills a bucket up: who knows the password was mistyping it.
    pub fn fill(&self, limit: Limit, name: &str) -> Action {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(bucket_key(limit, name)));
        Action(TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build())
    }

    /// The same by itself.
    pub async fn fill_now(&self, limit: Limit, name: &str) -> Result<(), StorageError> {
        self.db.delete_item().table_name(&self.table).set_key(Some(bucket_key(limit, name))).send().await?;
        Ok(())
    }
}

/// `None` where it was written; else when the bucket is full, as it is.
async fn sent(update: UpdateItemFluentBuilder) -> Result<Option<i64>, StorageError> {
    match update.send().await {
        Ok(_) => Ok(None),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                let at = failed.item().and_then(|item| item.get("fullAt")).and_then(|at| at.as_n().ok());
                Ok(Some(at.and_then(|at| at.parse().ok()).unwrap_or(i64::MIN / 2)))
            }
            _ => Err(error.into()),
        },
    }
}

/// Names may be addresses of mail or of the network: keys are read by people and programs that need not know them.
fn bucket_key(limit: Limit, name: &str) -> Item {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    key(format!("{}#{}", limit.of, hex::encode(&hash.as_ref()[..16])))
}
