//! Work in the background for a store.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | job | job id | `JOB` |
//! | what was wrong in a part of its run | job id | `ERRORS#<where the part began>` |
//!
//! Each change names the version that it leaves, so that of two runs one goes on. A part's errors are written with the progress
//! that counts them.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use sipstr_domain::job::{Job, JobKind, RowError};
use sipstr_domain::{JobId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, pause, transact};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Jobs {
    db: Db,
    table: String,
}

/// What became of a job that was ordered.
#[derive(Debug, Clone, PartialEq)]
pub enum Ordered {
    Now,
    /// By the same request; nothing was written.
    Before(Box<Job>),
    /// Another was ordered under this key; nothing was written.
    KeyReused,
}

/// What became of a wish to change a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Moved {
    Yes(Box<Job>),
    /// The change does not fit what it is by now.
    Unchanged(Box<Job>),
    NotFound,
}

impl Jobs {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Orders a job once for each id.
    pub async fn order(&self, job: &Job) -> Result<Ordered, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(job_item(job)?));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        if transact(&self.db, vec![TransactWriteItem::builder().put(put).build()], "the job").await?.is_none() {
            return Ok(Ordered::Now);
        }
        let before = self.get(&job.id).await?.ok_or(StorageError::Missing("the job"))?;
        Ok(if before.request == job.request { Ordered::Before(Box::new(before)) } else { Ordered::KeyReused })
    }

    pub async fn get(&self, id: &JobId) -> Result<Option<Job>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(id.as_str(), "JOB")));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// A store's jobs of one kind, the newest first.
    pub async fn list(
        &self,
        store: &StoreId,
        kind: JobKind,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Job>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byStore").limit(limit);
        let query = query.scan_index_forward(false).key_condition_expression("listKey = :list");
        let query = query.expression_attribute_values(":list", s(list_key(store, kind)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Writes the next version of a job that is still what was read, with the errors of the part that begins where the job stood;
    /// `false` where somebody changed it meanwhile.
    pub async fn advance(&self, before: &Job, after: &Job, errors: &[RowError]) -> Result<bool, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(job_item(after)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        let put = put.build().expect("table and item are set");
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        if !errors.is_empty() {
            let mut item = key2(before.id.as_str(), format!("{ERRORS}{:06}", before.cursor));
            item.insert("errors".to_owned(), serde_dynamo::to_attribute_value(errors)?);
            item.insert("ttl".to_owned(), n(after.forgotten_at().as_second()));
            let put = Put::builder().table_name(&self.table).set_item(Some(item));
            actions.push(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build());
        }
        Ok(transact(&self.db, actions, "the job").await?.is_none())
    }

    /// Reads a job and changes it, again where somebody was faster.
    pub async fn alter(&self, id: &JobId, change: impl Fn(&Job) -> Option<Job>) -> Result<Moved, StorageError> {
        for attempt in 0..TRIES {
            let Some(before) = self.get(id).await? else { return Ok(Moved::NotFound) };
            let Some(after) = change(&before) else { return Ok(Moved::Unchanged(Box::new(before))) };
            if self.advance(&before, &after, &[]).await? {
                return Ok(Moved::Yes(Box::new(after)));
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the job"))
    }

    /// What was wrong in the parts of a run, in their order.
    pub async fn errors(&self, id: &JobId) -> Result<Vec<RowError>, StorageError> {
        #[derive(serde::Deserialize)]
        struct Part {
            errors: Vec<RowError>,
        }
        let (mut errors, mut from) = (Vec::new(), None);
        loop {
            let query = self.db.query().table_name(&self.table).consistent_read(true);
            let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :errors)");
            let query = query.expression_attribute_values(":pk", s(id.as_str()));
            let query = query.expression_attribute_values(":errors", s(ERRORS)).set_exclusive_start_key(from);
            let found = query.send().await?;
            for item in found.items.unwrap_or_default() {
                errors.extend(from_item::<Part>(item)?.errors);
            }
            from = found.last_evaluated_key;
            if from.is_none() {
                return Ok(errors);
            }
        }
    }
}

const ERRORS: &str = "ERRORS#";

fn list_key(store: &StoreId, kind: JobKind) -> String {
    format!("{store}#{}", kind.as_str())
}

fn job_item(job: &Job) -> Result<Item, StorageError> {
    let keys = [
        ("pk", job.id.to_string()),
        ("sk", "JOB".to_owned()),
        ("listKey", list_key(&job.store_id, job.kind)),
        // Nine digits of a second, so that times sort as text.
        ("createdKey", format!("{:.9}#{}", job.created_at, job.id.suffix())),
    ];
    let mut item = to_item(job, &keys)?;
    item.insert("ttl".to_owned(), n(job.forgotten_at().as_second()));
    Ok(item)
}
