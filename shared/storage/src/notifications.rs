//! The in-app inbox: a notice is named by the event and its reader, so that a repeated event is one notice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::privacy::NOTICES_KEPT;
use sipstr_domain::{NotificationId, UserId};

use crate::item::{Page, PageKey, key2, n, page, s, start_key, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Notifications {
    db: Db,
    table: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub id: NotificationId,
    pub user_id: UserId,
    /// Kind of message, such as `order_confirmed`.
    pub kind: String,
    pub title: String,
    pub body: String,
    /// Id of what the notice is about.
    pub subject: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Whether the mail of this notice has left; a crash between the notice and the mail is made good by the retry.
    #[serde(default)]
    pub mailed: bool,
}

impl Notifications {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Adds a notice and returns it as stored: the one of the first time when the event comes again.
    pub async fn add(&self, notice: &Notice) -> Result<Notice, StorageError> {
        use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
        let keys = [("pk", notice.user_id.to_string()), ("sk", sort_key(notice))];
        let mut item = to_item(notice, &keys)?;
        item.insert("ttl".to_owned(), n((notice.at + NOTICES_KEPT).as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").return_values_on_condition_check_failure(AllOld);
        match put.send().await {
            Ok(_) => Ok(notice.clone()),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(held)) => {
                    crate::from_item(held.item().cloned().unwrap_or_default())
                }
                _ => Err(error.into()),
            },
        }
    }

    pub async fn mark_mailed(&self, notice: &Notice) -> Result<(), StorageError> {
        self.update(notice, "SET mailed = :v", aws_sdk_dynamodb::types::AttributeValue::Bool(true)).await.map(|_| ())
    }

    /// Marks a notice as read; `false` where the reader has no such notice.
    pub async fn mark_read(&self, user: &UserId, sort_key: &str, at: Timestamp) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(key2(user.as_str(), sort_key)));
        let update = update.update_expression("SET readAt = if_not_exists(readAt, :v)");
        let update = update.condition_expression("attribute_exists(pk)");
        match update.expression_attribute_values(":v", s(at.to_string())).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes everything of a person.
    pub async fn remove_all(&self, user: &UserId) -> Result<(), StorageError> {
        loop {
            let page = self.of_user(user, 100, None).await?;
            for notice in &page.items {
                let key = key2(user.as_str(), sort_key(notice));
                self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
            }
            if page.next.is_none() {
                return Ok(());
            }
        }
    }

    async fn update(
        &self,
        notice: &Notice,
        expression: &str,
        value: aws_sdk_dynamodb::types::AttributeValue,
    ) -> Result<(), StorageError> {
        let key = key2(notice.user_id.as_str(), sort_key(notice));
        let update = self.db.update_item().table_name(&self.table).set_key(Some(key)).update_expression(expression);
        update.condition_expression("attribute_exists(pk)").expression_attribute_values(":v", value).send().await?;
        Ok(())
    }

    /// Newest first.
    pub async fn of_user(
        &self,
        user: &UserId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Notice>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(user.as_str()));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }
}

/// In order of time, and the same for the same event: the time is the event's.
pub fn sort_key(notice: &Notice) -> String {
    format!("{}#{}", notice.at, notice.id)
}
