//! A store's own identity provider, which signs its staff in.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::StoreId;
use sipstr_domain::sign_on::{DomainName, RoleRule};

use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::stores::Stores;
use crate::transact::transact;
use crate::{Action, StorageError};

/// A version may come again after a removal, the moment does not.
const AS_READ: &str = "version = :version AND changedAt = :at";

/// What an owner told us of the provider. The secret is sealed, and shown to nobody again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOn {
    pub store_id: StoreId,
    /// Moves on with every change.
    pub version: u64,
    pub issuer: String,
    pub client_id: String,
    pub sealed_secret: String,
    /// The only domain whose addresses it may vouch for, once the store has proved that it is its own.
    pub domain: DomainName,
    /// What the domain's record has to say; another one for each store and domain.
    pub domain_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_proved_at: Option<Timestamp>,
    /// The claim of the id_token whose values say who is what.
    pub role_claim: String,
    pub roles: Vec<RoleRule>,
    pub changed_at: Timestamp,
}

impl std::fmt::Debug for SignOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignOn({}, {})", self.store_id, self.issuer)
    }
}

impl Stores {
    pub async fn sign_on(&self, store: &StoreId) -> Result<Option<SignOn>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(sign_on_key(store))).consistent_read(true);
        get.send().await?.item.map(from_item).transpose()
    }

    /// Writes it in the place of what was read; `false` where that was changed, removed or made meanwhile, or something of
    /// what goes with it does not hold.
    pub async fn put_sign_on(
        &self,
        sign_on: &SignOn,
        replaces: Option<&SignOn>,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let mut item = sign_on_key(&sign_on.store_id);
        item.extend(to_item(sign_on, &[])?);
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match replaces {
            Some(old) => put
                .condition_expression(AS_READ)
                .expression_attribute_values(":version", n(old.version))
                .expression_attribute_values(":at", s(old.changed_at.to_string())),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        let put = TransactWriteItem::builder().put(put.build().expect("table and item are set")).build();
        self.commit(put, with).await
    }

    /// Takes it away; `false` where it was changed since it was read.
    pub async fn remove_sign_on(&self, sign_on: &SignOn, with: Vec<Action>) -> Result<bool, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(sign_on_key(&sign_on.store_id)));
        let delete = delete.condition_expression(AS_READ);
        let delete = delete.expression_attribute_values(":version", n(sign_on.version));
        let delete = delete.expression_attribute_values(":at", s(sign_on.changed_at.to_string()));
        let delete = TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build();
        self.commit(delete, with).await
    }

    /// Holds as long as the owner has changed nothing of it: what it vouched for a moment ago still counts.
    pub fn still_signs_on(&self, sign_on: &SignOn) -> Action {
        let check = ConditionCheck::builder().table_name(&self.table).set_key(Some(sign_on_key(&sign_on.store_id)));
        let check = check.condition_expression(AS_READ);
        let check = check.expression_attribute_values(":version", n(sign_on.version));
        let check = check.expression_attribute_values(":at", s(sign_on.changed_at.to_string()));
        let check = check.build().expect("table, key and condition are set");
        Action(TransactWriteItem::builder().condition_check(check).build())
    }

    async fn commit(&self, first: TransactWriteItem, with: Vec<Action>) -> Result<bool, StorageError> {
        let actions = [first].into_iter().chain(with.into_iter().map(|action| action.0)).collect();
        Ok(transact(&self.db, actions, "the sign-on of a store").await?.is_none())
    }
}

fn sign_on_key(store: &StoreId) -> Item {
    key2(format!("SIGNON#{store}"), "SIGNON")
}
