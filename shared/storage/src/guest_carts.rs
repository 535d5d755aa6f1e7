//! Carts of guests, and how one goes into the cart of whoever signed in. They lie in the table of carts.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use sipstr_domain::CartId;
use sipstr_domain::cart::Cart;
use sipstr_domain::cart::guest::GuestCart;

use crate::StorageError;
use crate::carts::{Carts, put_next_action};
use crate::error::overtaken;
use crate::item::{from_item, key2, n, to_item};
use crate::transact::transact;

const SORT: &str = "GUEST";

impl Carts {
    pub async fn guest(&self, id: &CartId) -> Result<Option<GuestCart>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(id.as_str(), SORT)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    pub async fn add_guest(&self, cart: &GuestCart) -> Result<(), StorageError> {
        let put = self.db.put_item().table_name(&self.table).set_item(Some(guest_item(cart)?));
        put.condition_expression("attribute_not_exists(pk)").send().await?;
        Ok(())
    }

    /// Stores a guest's changed cart as the next version; `false` where somebody changed or closed it since it was read.
    pub async fn store_guest(&self, cart: &GuestCart) -> Result<bool, StorageError> {
        let put = put_next_guest(&self.table, cart)?;
        let call = self.db.put_item().table_name(&self.table).set_item(Some(put.item));
        let call = call.set_condition_expression(put.condition_expression);
        match call.set_expression_attribute_values(put.expression_attribute_values).send().await {
            Ok(_) => Ok(true),
            Err(error) if overtaken(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a guest's cart; `false` where it went into a customer's meanwhile: then it stays, so that the merge can be repeated.
    pub async fn remove_guest(&self, id: &CartId) -> Result<bool, StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(key2(id.as_str(), SORT)));
        match delete.condition_expression("attribute_not_exists(merged)").send().await {
            Ok(_) => Ok(true),
            Err(error) if overtaken(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores a customer's cart and the guest's cart that went into it, both or neither; `false` where either was changed since
    /// it was read. A guest's cart is closed once.
    pub async fn merge(&self, cart: &Cart, guest: &GuestCart) -> Result<bool, StorageError> {
        let closed = TransactWriteItem::builder().put(put_next_guest(&self.table, guest)?).build();
        let actions = vec![put_next_action(&self.table, cart)?, closed];
        Ok(transact(&self.db, actions, "a cart").await?.is_none())
    }
}

fn guest_item(cart: &GuestCart) -> Result<crate::Item, StorageError> {
    let mut item = to_item(cart, &[("sk", SORT.to_owned())])?;
    item.insert("ttl".to_owned(), n(cart.expires_at().as_second()));
    Ok(item)
}

fn put_next_guest(table: &str, cart: &GuestCart) -> Result<Put, StorageError> {
    let next = GuestCart { version: cart.version + 1, ..cart.clone() };
    let put = Put::builder().table_name(table).set_item(Some(guest_item(&next)?));
    let put = put.condition_expression("version = :v AND attribute_not_exists(merged)");
    Ok(put.expression_attribute_values(":v", n(cart.version)).build().expect("table and item are set"))
}
