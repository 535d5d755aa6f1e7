//! Saved lists, under their customer in the table of carts.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use sipstr_domain::cart::list::{MAX_LISTS, SavedList};
use sipstr_domain::{ListId, UserId};

use crate::StorageError;
use crate::carts::Carts;
use crate::error::overtaken;
use crate::item::{Item, from_item, key2, n, to_item};
use crate::transact::transact;

/// What became of a new list.
#[derive(Debug, Clone, PartialEq)]
pub enum Added {
    New,
    /// There is a list of this id: the request was made before.
    Before(Box<SavedList>),
    TooMany,
}

impl Carts {
    pub async fn lists(&self, customer: &UserId) -> Result<Vec<SavedList>, StorageError> {
        let items = self.under(customer.as_str(), ListId::PREFIX).await?;
        items.into_iter().map(from_item).collect()
    }

    pub async fn list(&self, customer: &UserId, id: &ListId) -> Result<Option<SavedList>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(customer.as_str(), id.as_str())));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Adds a list, unless it is there or the customer has as many as one may: they are counted in the same transaction.
    pub async fn add_list(&self, list: &SavedList) -> Result<Added, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(list_item(list)?));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        let actions = vec![TransactWriteItem::builder().put(put).build(), self.count_lists(&list.customer_id, 1)];
        match transact(&self.db, actions, "a customer's lists").await? {
            None => Ok(Added::New),
            Some(failed) if failed.first() == Some(&true) => {
                let before = self.list(&list.customer_id, &list.id).await?;
                Ok(before.map_or(Added::TooMany, |list| Added::Before(Box::new(list))))
            }
            Some(_) => Ok(Added::TooMany),
        }
    }

    /// Stores a changed list as the next version; `false` where somebody changed or removed it since it was read.
    pub async fn store_list(&self, list: &SavedList) -> Result<bool, StorageError> {
        let next = SavedList { version: list.version + 1, ..list.clone() };
        let put = self.db.put_item().table_name(&self.table).set_item(Some(list_item(&next)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(list.version));
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error) if overtaken(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a list of this version; `false` where it was changed or removed meanwhile.
    pub async fn remove_list(&self, list: &SavedList) -> Result<bool, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(list_key(list)));
        let delete = delete.condition_expression("version = :v").expression_attribute_values(":v", n(list.version));
        let delete = delete.build().expect("table and key are set");
        let actions =
            vec![TransactWriteItem::builder().delete(delete).build(), self.count_lists(&list.customer_id, -1)];
        Ok(transact(&self.db, actions, "a customer's lists").await?.is_none())
    }

    fn count_lists(&self, customer: &UserId, change: i32) -> TransactWriteItem {
        let update = Update::builder().table_name(&self.table).set_key(Some(key2(customer.as_str(), "LISTS")));
        let update = update.update_expression("ADD lists :change").expression_attribute_values(":change", n(change));
        let update = if change > 0 {
            let update = update.condition_expression("attribute_not_exists(lists) OR lists < :most");
            update.expression_attribute_values(":most", n(MAX_LISTS))
        } else {
            update
        };
        TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
    }
}

fn list_key(list: &SavedList) -> Item {
    key2(list.customer_id.as_str(), list.id.as_str())
}

fn list_item(list: &SavedList) -> Result<Item, StorageError> {
    to_item(list, &[("pk", list.customer_id.to_string()), ("sk", list.id.to_string())])
}
