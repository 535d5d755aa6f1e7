//! Links to carts. What a link shows lies under the hash of its token and names nobody; under its owner lies where that is.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use jiff::Timestamp;
use sipstr_domain::cart::share::{Share, SharedCart};
use sipstr_domain::{ShareId, UserId};

use crate::StorageError;
use crate::carts::Carts;
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::transact::transact;

impl Carts {
    /// Every link of a customer, those that are over among them until they would have expired.
    pub async fn shares(&self, customer: &UserId) -> Result<Vec<Share>, StorageError> {
        let items = self.under(customer.as_str(), ShareId::PREFIX).await?;
        items.into_iter().map(from_item).collect()
    }

    pub async fn share(&self, customer: &UserId, id: &ShareId) -> Result<Option<Share>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(customer.as_str(), id.as_str())));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Adds a link and what it shows; `false` where it was made before.
    pub async fn add_share(&self, customer: &UserId, share: &Share, cart: &SharedCart) -> Result<bool, StorageError> {
        let ttl = n(share.expires_at.as_second());
        let put = |mut item: Item, key: Item| {
            item.extend(key);
            item.insert("ttl".to_owned(), ttl.clone());
            let put = Put::builder().table_name(&self.table).set_item(Some(item));
            let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
            TransactWriteItem::builder().put(put).build()
        };
        let owned = put(to_item(share, &[])?, key2(customer.as_str(), share.id.as_str()));
        let shown = put(to_item(cart, &[])?, shown_key(&share.token_hash));
        Ok(transact(&self.db, vec![owned, shown], "a link to a cart").await?.is_none())
    }

    /// What a link shows; whether it is over is for the caller to judge.
    pub async fn shown(&self, token_hash: &str) -> Result<Option<SharedCart>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(shown_key(token_hash)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Ends a link: what it shows goes, and of the link stays that it was revoked. `false` where somebody did so before.
    pub async fn revoke(&self, customer: &UserId, share: &Share, now: Timestamp) -> Result<bool, StorageError> {
        let key = key2(customer.as_str(), share.id.as_str());
        let mark =
            Update::builder().table_name(&self.table).set_key(Some(key)).update_expression("SET revokedAt = :now");
        let mark = mark.condition_expression("attribute_exists(pk) AND attribute_not_exists(revokedAt)");
        let mark = mark.expression_attribute_values(":now", s(now.to_string())).build();
        let mark = TransactWriteItem::builder().update(mark.expect("table, key and expression are set")).build();
        let actions = vec![mark, self.hide(share)];
        Ok(transact(&self.db, actions, "a link to a cart").await?.is_none())
    }

    /// Removes what a link shows.
    pub(crate) fn hide(&self, share: &Share) -> TransactWriteItem {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(shown_key(&share.token_hash))).build();
        TransactWriteItem::builder().delete(delete.expect("table and key are set")).build()
    }
}

fn shown_key(token_hash: &str) -> Item {
    key2(format!("SHARE#{token_hash}"), "SHARE")
}
