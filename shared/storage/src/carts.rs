//! Carts, one a customer.

use aws_sdk_dynamodb::types::{AttributeValue, Update};
use sipstr_domain::UserId;
use sipstr_domain::cart::Cart;

use crate::item::{from_item, key, n, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Carts {
    db: Db,
    table: String,
}

impl Carts {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// The customer's cart; who has none has an empty one.
    pub async fn get(&self, customer: &UserId) -> Result<Cart, StorageError> {
        let key = key(customer.as_str());
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        Ok(found.item.map(from_item).transpose()?.unwrap_or_else(|| Cart::empty(customer.clone())))
    }

    /// Stores a changed cart as the next version; `false` where somebody changed it since it was read.
    pub async fn store(&self, cart: &Cart) -> Result<bool, StorageError> {
        let next = Cart { version: cart.version + 1, ..cart.clone() };
        let item = to_item(&next, &[("pk", cart.customer_id.to_string())])?;
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR version = :v");
        match put.expression_attribute_values(":v", n(cart.version)).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Carts {
    /// Removes somebody's cart; nothing happens where there is none.
    pub async fn remove(&self, customer: &UserId) -> Result<(), StorageError> {
        self.db.delete_item().table_name(&self.table).set_key(Some(key(customer.as_str()))).send().await?;
        Ok(())
    }
}

/// Empties the cart that was quoted, at the version that was quoted; store and address stay chosen.
pub(crate) fn close(table: &str, customer: &UserId, version: u64) -> Update {
    let update = Update::builder().table_name(table).set_key(Some(key(customer.as_str())));
    let update = update.update_expression("SET #lines = :none, tip = :zero, version = version + :one REMOVE promoCode");
    let update = update.condition_expression("version = :v").expression_attribute_names("#lines", "lines");
    let update = update.expression_attribute_values(":none", AttributeValue::L(Vec::new()));
    let update = update.expression_attribute_values(":zero", n(0)).expression_attribute_values(":one", n(1));
    update.expression_attribute_values(":v", n(version)).build().expect("table, key and expression are set")
}
