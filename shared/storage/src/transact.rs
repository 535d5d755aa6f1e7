//! Transactions and batches: what is retried, for how long, and what a refusal means.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, KeysAndAttributes, TransactWriteItem};

use crate::item::Item;
use crate::{Db, StorageError};

/// A part of a transaction, made by one aggregate and sent by another.
#[derive(Debug, Clone)]
pub struct Action(pub(crate) TransactWriteItem);

/// Tries of a transaction that meets another one on the same items, and of a batch that is answered in part.
pub(crate) const TRIES: u32 = 6;

/// Sends a transaction; `Some` says of each action whether its condition failed, and then nothing was written.
///
/// Conflicts with other transactions are retried: they say nothing about the conditions.
pub(crate) async fn transact(
    db: &Db,
    actions: Vec<TransactWriteItem>,
    what: &'static str,
) -> Result<Option<Vec<bool>>, StorageError> {
    for attempt in 0..TRIES {
        let sent = db.transact_write_items().set_transact_items(Some(actions.clone())).send().await;
        let Err(error) = sent else { return Ok(None) };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
            return Err(error.into());
        };
        let reasons = cancelled.cancellation_reasons();
        if !reasons.iter().all(is_of_the_day) {
            return Err(error.into());
        }
        let failed: Vec<bool> = reasons.iter().map(condition_failed).collect();
        if failed.contains(&true) {
            return Ok(Some(failed));
        }
        pause(attempt).await;
    }
    Err(StorageError::Contended(what))
}

pub(crate) fn condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

/// Whether an action was well-formed, and failed for what others did, if at all. The rest are defects of ours.
pub(crate) fn is_of_the_day(reason: &CancellationReason) -> bool {
    const OF_THE_DAY: [&str; 5] =
        ["None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    OF_THE_DAY.contains(&reason.code().unwrap_or("None"))
}

/// Full jitter over a doubling range of at most 320 ms: no two that were in each other's way wait in step.
pub(crate) async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=10 << attempt.min(5)))).await;
}

/// The answer where the database keeps leaving a part of a batch undone.
pub(crate) fn left_undone() -> StorageError {
    StorageError::Unavailable("a part of a batch stays undone".to_owned())
}

/// Reads what there is under these keys as it is now, a hundred keys a call, in no order. The keys must differ.
pub(crate) async fn batch_get(db: &Db, table: &str, keys: Vec<Item>) -> Result<Vec<Item>, StorageError> {
    let mut found = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(100) {
        let keys = KeysAndAttributes::builder().set_keys(Some(chunk.to_vec())).consistent_read(true);
        let mut wanted = HashMap::from([(table.to_owned(), keys.build().expect("keys are set"))]);
        let mut attempt = 0;
        while !wanted.is_empty() {
            if attempt == TRIES {
                return Err(left_undone());
            }
            if attempt > 0 {
                pause(attempt).await;
            }
            let answer = db.batch_get_item().set_request_items(Some(wanted)).send().await?;
            found.extend(answer.responses.unwrap_or_default().remove(table).unwrap_or_default());
            wanted = answer.unprocessed_keys.unwrap_or_default();
            attempt += 1;
        }
    }
    Ok(found)
}
