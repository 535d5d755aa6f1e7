//! Discount codes: the promotion (`pk` = code) and who used it (`pk` = `USE#<code>#<customer>`).

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use sipstr_domain::promotion::{PromoCode, Promotion};
use sipstr_domain::{OrderId, UserId};

use crate::item::{Item, from_item, key, n, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Promotions {
    db: Db,
    table: String,
}

impl Promotions {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, code: &PromoCode) -> Result<Option<Promotion>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key(code.as_str()))).send().await?;
        found.item.map(from_item).transpose()
    }

    /// Adds a promotion; `false` where the code exists.
    pub async fn add(&self, promotion: &Promotion) -> Result<bool, StorageError> {
        let item = to_item(promotion, &[("pk", promotion.code.as_str().to_owned())])?;
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

pub(crate) fn use_key(code: &PromoCode, customer: &UserId) -> Item {
    key(format!("USE#{}#{customer}", code.as_str()))
}

/// Counts a use within its limit, and marks the customer's where a code is good once for each.
pub(crate) fn use_once(
    table: &str,
    promotion: &Promotion,
    customer: &UserId,
    order: &OrderId,
) -> Vec<TransactWriteItem> {
    let count = Update::builder().table_name(table).set_key(Some(key(promotion.code.as_str())));
    let count = count.update_expression("SET used = used + :one").condition_expression("used < #limit");
    let count = count.expression_attribute_names("#limit", "limit").expression_attribute_values(":one", n(1));
    let count = count.build().expect("table, key and expression are set");
    let mut actions = vec![TransactWriteItem::builder().update(count).build()];
    if promotion.once_per_customer {
        let mut marker = use_key(&promotion.code, customer);
        marker.insert("orderId".to_owned(), s(order.as_str()));
        let put = Put::builder().table_name(table).set_item(Some(marker));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        actions.push(TransactWriteItem::builder().put(put).build());
    }
    actions
}

/// Undoes a use. Deleting a marker that never was is harmless, so codes with and without one are undone alike.
pub(crate) fn give_back(table: &str, code: &PromoCode, customer: &UserId) -> Vec<TransactWriteItem> {
    let count = Update::builder().table_name(table).set_key(Some(key(code.as_str())));
    let count = count.update_expression("SET used = used - :one").condition_expression("used >= :one");
    let count = count.expression_attribute_values(":one", n(1)).build().expect("table, key and expression are set");
    let unmark = Delete::builder().table_name(table).set_key(Some(use_key(code, customer)));
    let unmark = unmark.build().expect("table and key are set");
    vec![TransactWriteItem::builder().update(count).build(), TransactWriteItem::builder().delete(unmark).build()]
}
