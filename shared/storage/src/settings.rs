//! Settings that change without a deployment, and the public keys that tokens are checked with.

use crate::item::key;
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Settings {
    db: Db,
    table: String,
}

impl Settings {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// The text of a setting. Read once when a function starts, which also opens the connection.
    pub async fn get(&self, name: &str) -> Result<Option<String>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key(name))).send().await?;
        Ok(found.item.and_then(|mut item| item.remove("value")).and_then(|value| value.as_s().ok().cloned()))
    }

    /// Replaces a value on condition that it is still what was read; `false` where it is not.
    pub async fn replace(&self, name: &str, from: &str, to: &str) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(key(name)));
        let update = update.update_expression("SET #value = :to").condition_expression("#value = :from");
        let update = update.expression_attribute_names("#value", "value");
        let update = update.expression_attribute_values(":to", crate::item::s(to));
        match update.expression_attribute_values(":from", crate::item::s(from)).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub async fn put(&self, name: &str, value: &str) -> Result<(), StorageError> {
        let mut item = key(name);
        item.insert("value".to_owned(), crate::item::s(value));
        self.db.put_item().table_name(&self.table).set_item(Some(item)).send().await?;
        Ok(())
    }
}
