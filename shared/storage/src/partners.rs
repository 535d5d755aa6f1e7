//! What a store's partners want to hear of, and what they were told.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | subscriptions | store id | `WEBHOOKS` |
//! | message | subscription id | message id |
//!
//! A store's subscriptions are one item: an event costs one read, and their number is bounded by its condition. A message is in the
//! index `byDue` as long as it is to be sent.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use sipstr_domain::partner::{KEPT, Message, Subscriptions};
use sipstr_domain::{MessageId, StoreId, SubscriptionId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{TRIES, pause, transact};
use crate::{Db, StorageError};

/// Partitions of the index of messages that are due.
const DUE_SHARDS: u8 = 4;

const SUBSCRIPTIONS: &str = "WEBHOOKS";

#[derive(Debug, Clone)]
pub struct Partners {
    db: Db,
    table: String,
}

/// Which message is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMessage {
    pub subscription: SubscriptionId,
    pub message: MessageId,
}

impl Partners {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn of_store(&self, store: &StoreId) -> Result<Subscriptions, StorageError> {
        let found = self.item(key2(store.as_str(), SUBSCRIPTIONS)).await?;
        found.map_or_else(|| Ok(Subscriptions::of(store.clone())), from_item)
    }

    /// Reads a store's subscriptions and changes them, again where somebody was faster. What the change refuses is not written.
    pub async fn alter<E>(
        &self,
        store: &StoreId,
        change: impl Fn(&Subscriptions) -> Result<Subscriptions, E>,
    ) -> Result<Result<Subscriptions, E>, StorageError> {
        for attempt in 0..TRIES {
            let before = self.of_store(store).await?;
            let after = match change(&before) {
                Ok(after) if after.version == before.version => return Ok(Ok(after)),
                Ok(after) => after,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let keys = [("pk", store.to_string()), ("sk", SUBSCRIPTIONS.to_owned())];
            let put = Put::builder().table_name(&self.table).set_item(Some(to_item(&after, &keys)?));
            let put = match before.version {
                0 => put.condition_expression("attribute_not_exists(pk)"),
                version => put.condition_expression("version = :v").expression_attribute_values(":v", n(version)),
            };
            if self.put(put).await? {
                return Ok(Ok(after));
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the subscriptions of the store"))
    }

    /// Writes a message once; `false` where it stood there before.
    pub async fn tell(&self, message: &Message) -> Result<bool, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(message_item(message)?));
        self.put(put.condition_expression("attribute_not_exists(pk)")).await
    }

    pub async fn message(
        &self,
        subscription: &SubscriptionId,
        id: &MessageId,
    ) -> Result<Option<Message>, StorageError> {
        self.item(key2(subscription.as_str(), id.as_str())).await?.map(from_item).transpose()
    }

    /// Writes the next version of a message that is still what was read; `false` where it is not.
    pub async fn advance(&self, before: &Message, after: &Message) -> Result<bool, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(message_item(after)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        self.put(put).await
    }

    /// What a subscription was told, the newest first.
    pub async fn messages(
        &self,
        subscription: &SubscriptionId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Message>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byTime").limit(limit);
        let query = query.scan_index_forward(false).key_condition_expression("listKey = :list");
        let query = query.expression_attribute_values(":list", s(subscription.as_str()));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Messages whose time has come, oldest first, at most `limit` of each partition.
    pub async fn due(&self, now: Timestamp, limit: i32) -> Result<Vec<DueMessage>, StorageError> {
        let mut due = Vec::new();
        for shard in 0..DUE_SHARDS {
            let query = self.db.query().table_name(&self.table).index_name("byDue").limit(limit);
            let query = query.key_condition_expression("dueKey = :k AND dueSecond <= :now");
            let query = query.expression_attribute_values(":k", s(due_key(shard)));
            let found = query.expression_attribute_values(":now", n(now.as_second())).send().await?;
            due.extend(found.items.unwrap_or_default().iter().filter_map(due_message));
        }
        Ok(due)
    }

    async fn item(&self, key: Item) -> Result<Option<Item>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        Ok(get.send().await?.item)
    }

    async fn put(&self, put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<bool, StorageError> {
        let put = put.build().expect("table and item are set");
        let action = TransactWriteItem::builder().put(put).build();
        Ok(transact(&self.db, vec![action], "what partners are told").await?.is_none())
    }
}

fn due_message(item: &Item) -> Option<DueMessage> {
    let part = |name: &str| item.get(name)?.as_s().ok();
    Some(DueMessage { subscription: part("pk")?.parse().ok()?, message: part("sk")?.parse().ok()? })
}

fn due_key(shard: u8) -> String {
    format!("WEBHOOK#{shard}")
}

fn message_item(message: &Message) -> Result<Item, StorageError> {
    let id = message.id.as_str();
    let mut item = to_item(message, &[("pk", message.subscription_id.to_string()), ("sk", id.to_owned())])?;
    item.insert("listKey".to_owned(), s(message.subscription_id.as_str()));
    item.insert("createdKey".to_owned(), s(format!("{:.9}#{id}", message.created_at)));
    item.insert("ttl".to_owned(), n((message.created_at + KEPT).as_second()));
    if let Some(due) = message.due_at {
        let shard = id.bytes().map(u32::from).sum::<u32>() % u32::from(DUE_SHARDS);
        item.insert("dueKey".to_owned(), s(format!("WEBHOOK#{shard}")));
        item.insert("dueSecond".to_owned(), n(due.as_second()));
    }
    Ok(item)
}
