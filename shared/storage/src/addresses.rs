//! What changes a person's addresses.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, ReturnValue, TransactWriteItem, Update};
use serde::Serialize;
use sipstr_domain::account::{Address, PersonName};
use sipstr_domain::geo::Point;
use sipstr_domain::{AddressId, UserId};

use crate::StorageError;
use crate::accounts::{ADDRESS_COUNT, Accounts, address_key};
use crate::item::{Item, from_item, key2, n, s, to_item};

/// What became of a request to add an address.
#[derive(Debug, Clone, PartialEq)]
pub enum AddressAdded {
    Done,
    /// The same request added it before; it may have been changed since.
    Before(Box<Address>),
    /// The id was used for another address.
    KeyReused,
    TooMany,
}

/// What shall change of an address; what is absent stays, and `Some(None)` removes.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Point>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Option<String>>,
}

impl AddressChange {
    /// Whether it changes where the address lies.
    pub fn moves(&self) -> bool {
        let words = [&self.line1, &self.city, &self.region, &self.postal_code, &self.country];
        self.location.is_some() || words.iter().any(|word| word.is_some())
    }

    /// What an address says of its place then.
    pub fn applied_to(&self, address: &Address) -> Address {
        let or = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        Address {
            line1: or(&self.line1, &address.line1),
            city: or(&self.city, &address.city),
            region: or(&self.region, &address.region),
            postal_code: or(&self.postal_code, &address.postal_code),
            country: or(&self.country, &address.country),
            location: self.location.unwrap_or(address.location),
            ..address.clone()
        }
    }
}

impl Accounts {
    /// Adds an address, of which a person has at most `most`. The address's id, derived from the request, adds it once. The first
    /// one is the default.
    pub async fn add_address(
        &self,
        user: &UserId,
        address: &Address,
        most: usize,
    ) -> Result<AddressAdded, StorageError> {
        let request_hash = hash(address);
        let mut item = to_item(address, &[("pk", user.to_string()), ("sk", address.id.to_string())])?;
        item.insert(REQUEST_HASH.to_owned(), s(&request_hash));
        let count = self.count(user, "SET #default = if_not_exists(#default, :id) ADD addresses :one");
        let count = count.expression_attribute_names("#default", DEFAULT);
        let count = count.expression_attribute_values(":id", s(address.id.as_str()));
        let count = count.condition_expression("attribute_not_exists(addresses) OR addresses < :most");
        let count = count.expression_attribute_values(":one", n(1)).expression_attribute_values(":most", n(most));
        let count = count.build().expect("table, key and expression are set");
        let actions = vec![self.put_new(item), TransactWriteItem::builder().update(count).build()];
        match self.transact(actions).await? {
            None => Ok(AddressAdded::Done),
            Some(failed) if failed.first() == Some(&true) => self.added_before(user, &address.id, &request_hash).await,
            Some(_) => Ok(AddressAdded::TooMany),
        }
    }

    async fn added_before(
        &self,
        user: &UserId,
        address: &AddressId,
        request_hash: &str,
    ) -> Result<AddressAdded, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(address_key(user, address)));
        let Some(item) = get.consistent_read(true).send().await?.item else {
            return Err(StorageError::Contended("the address"));
        };
        if item.get(REQUEST_HASH).and_then(|hash| hash.as_s().ok()).is_none_or(|hash| hash != request_hash) {
            return Ok(AddressAdded::KeyReused);
        }
        Ok(AddressAdded::Before(Box::new(from_item(item)?)))
    }

    /// Changes what is given and answers with the address; `None` where the person has no such address.
    pub async fn change_address(
        &self,
        user: &UserId,
        address: &AddressId,
        change: &AddressChange,
    ) -> Result<Option<Address>, StorageError> {
        let change: Item = serde_dynamo::to_item(change)?;
        if change.is_empty() {
            return self.address(user, address).await;
        }
        let mut update = self.db.update_item().table_name(&self.table).set_key(Some(address_key(user, address)));
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for (name, value) in change {
            if value.is_null() {
                remove.push(format!("#{name}"));
            } else {
                set.push(format!("#{name} = :{name}"));
                update = update.expression_attribute_values(format!(":{name}"), value);
            }
            update = update.expression_attribute_names(format!("#{name}"), name);
        }
        let clauses = [("SET", set), ("REMOVE", remove)];
        let clauses = clauses.iter().filter(|(_, parts)| !parts.is_empty());
        let expression: Vec<String> = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        let update = update.update_expression(expression.join(" ")).condition_expression("attribute_exists(pk)");
        match update.return_values(ReturnValue::AllNew).send().await {
            Ok(answer) => answer.attributes.map(from_item).transpose(),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Which address is chosen where nothing else is said.
    pub async fn default_address(&self, user: &UserId) -> Result<Option<AddressId>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(user.as_str(), ADDRESS_COUNT)));
        let item = get.consistent_read(true).send().await?.item;
        Ok(item.and_then(|mut item| item.remove(DEFAULT)).and_then(|id| id.as_s().ok()?.parse().ok()))
    }

    /// Makes an address the default; `false` where the person has no such address.
    pub async fn set_default_address(&self, user: &UserId, address: &AddressId) -> Result<bool, StorageError> {
        let check = ConditionCheck::builder().table_name(&self.table).set_key(Some(address_key(user, address)));
        let check = check.condition_expression("attribute_exists(pk)").build().expect("all is set");
        let set = self.count(user, "SET #default = :id").expression_attribute_names("#default", DEFAULT);
        let set = set.expression_attribute_values(":id", s(address.as_str())).build().expect("all is set");
        let actions = vec![
            TransactWriteItem::builder().condition_check(check).build(),
            TransactWriteItem::builder().update(set).build(),
        ];
        Ok(self.transact(actions).await?.is_none())
    }

    /// Removes an address; `false` where the person has no such address. Where it was the default there is none then.
    pub async fn remove_address(&self, user: &UserId, address: &AddressId) -> Result<bool, StorageError> {
        for _ in 0..TRIES {
            let is_default = self.default_address(user).await?.as_ref() == Some(address);
            match self.remove_as(user, address, is_default).await? {
                None => return Ok(true),
                Some(failed) if failed.first() == Some(&true) => return Ok(false),
                // Another default was chosen meanwhile.
                Some(_) => {}
            }
        }
        Err(StorageError::Contended("the addresses"))
    }

    async fn remove_as(
        &self,
        user: &UserId,
        address: &AddressId,
        is_default: bool,
    ) -> Result<Option<Vec<bool>>, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(address_key(user, address)));
        let delete = delete.condition_expression("attribute_exists(pk)").build().expect("table and key are set");
        let (expression, condition) = if is_default {
            ("REMOVE #default ADD addresses :less", "#default = :id")
        } else {
            ("ADD addresses :less", "attribute_not_exists(#default) OR #default <> :id")
        };
        let count = self.count(user, expression).expression_attribute_values(":less", n(-1));
        let count = count.condition_expression(condition).expression_attribute_names("#default", DEFAULT);
        let count = count.expression_attribute_values(":id", s(address.as_str()));
        let count = count.build().expect("table, key and expression are set");
        let actions = vec![
            TransactWriteItem::builder().delete(delete).build(),
            TransactWriteItem::builder().update(count).build(),
        ];
        self.transact(actions).await
    }

    fn count(&self, user: &UserId, expression: &str) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        let key: Item = key2(user.as_str(), ADDRESS_COUNT);
        Update::builder().table_name(&self.table).set_key(Some(key)).update_expression(expression)
    }
}

const DEFAULT: &str = "defaultAddress";

/// Tries of removing an address while its person chooses another default.
const TRIES: usize = 4;

const REQUEST_HASH: &str = "requestHash";

fn hash(address: &Address) -> String {
    let json = serde_json::to_vec(address).expect("our own types serialise");
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &json))
}
