//! Accounts: the person, the addresses, the sessions, and the mark that keeps an e-mail address unique.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | account | user id | `ACCOUNT` |
//! | address | user id | address id |
//! | e-mail in use | `EMAIL#<sha-256 of the address>` | `EMAIL` |
//! | number of addresses | user id | `ADDRESSES` |
//! | session | user id | session id |
//! | second factors | user id | `FACTORS` |
//! | passkey | user id | passkey id |
//! | credential in use | `CREDENTIAL#<sha-256 of its id>` | `CREDENTIAL` |
//! | invitation into a store's staff | `STORE#<store id>` | invitation id |
//! | links to other identity providers | see `federation.rs` | |

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{Put, ReturnValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Address, DateOfBirth, Email, Membership, PersonName, Phone, Role};
use sipstr_domain::age::AgeAssurance;
use sipstr_domain::security::SecondFactor;
use sipstr_domain::ways_in::WaysIn;
use sipstr_domain::{AddressId, LinkId, PictureId, UserId};

use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::transact::transact;
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Accounts {
    pub(crate) db: Db,
    pub(crate) table: String,
}

/// A person as stored. The password is an argon2id hash in PHC form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: UserId,
    pub version: u64,
    pub email: Email,
    pub name: PersonName,
    pub date_of_birth: DateOfBirth,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// `None` where the person signs in by another way only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<PasswordHash>,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub memberships: Vec<Membership>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Moves on whenever what was issued before shall not count any more: sessions and tokens carry the one that they began with.
    #[serde(default)]
    pub security_version: u64,
    /// Nobody signs in, and no session counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// The person wants to be forgotten, and will be then; until then the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure_due_at: Option<Timestamp>,
    /// What is asked for after the first factor; empty where nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second_factors: Vec<SecondFactor>,
    /// Whether somebody else tried to register the address before it was proved: then the password is not certainly hers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contested: bool,
    /// A password reset that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_reset: Option<Verification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<EmailChange>,
    /// The address before the latest change, which is told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_email: Option<Email>,
    /// What came of the last check of the age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<AgeAssurance>,
    /// The picture that is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<PictureId>,
    /// Which links to other identity providers count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkId>,
    /// Devices that were signed in on, as hashes that say nothing by themselves.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub known_devices: BTreeSet<String>,
    pub created_at: Timestamp,
}

impl Account {
    /// Somebody new, who has proved nothing yet and cannot sign in.
    pub fn new(
        id: UserId,
        email: Email,
        name: PersonName,
        date_of_birth: DateOfBirth,
        roles: Vec<Role>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            email,
            name,
            date_of_birth,
            phone: None,
            password_hash: None,
            roles,
            memberships: Vec::new(),
            email_verified_at: None,
            verification: None,
            security_version: 0,
            disabled_at: None,
            erasure_due_at: None,
            second_factors: Vec::new(),
            contested: false,
            password_reset: None,
            email_change: None,
            previous_email: None,
            age: None,
            avatar: None,
            links: Vec::new(),
            known_devices: BTreeSet::new(),
            created_at,
        }
    }
}

impl Account {
    /// How its person may begin to sign in.
    pub fn ways_in(&self) -> WaysIn {
        WaysIn {
            password: self.password_hash.is_some(),
            passkeys: usize::from(self.second_factors.contains(&SecondFactor::Passkey)),
            federated: self.links.len(),
        }
    }
}

/// A stored hash; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A code that was asked for. The code itself is nowhere: it is derived from the nonce with a secret key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    pub nonce: String,
    pub expires_at: Timestamp,
    /// Guesses made; counted before a guess is looked at.
    pub attempts: u32,
}

/// A new address that waits for its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailChange {
    pub to: Email,
    #[serde(flatten)]
    pub code: Verification,
}

/// What a person may change of their own account; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    pub name: Option<PersonName>,
    /// `Some(None)` removes the number.
    pub phone: Option<Option<Phone>>,
}

impl Accounts {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &UserId) -> Result<Option<Account>, StorageError> {
        let key = account_key(id);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    /// A person's addresses, in the order they were added.
    pub async fn addresses(&self, id: &UserId) -> Result<Vec<Address>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(id.as_str()));
        let found = query.expression_attribute_values(":prefix", s(AddressId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    pub async fn address(&self, id: &UserId, address: &AddressId) -> Result<Option<Address>, StorageError> {
        let key = address_key(id, address);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }
}

impl Accounts {
    /// Whose e-mail address this is, verified or not.
    pub async fn id_of(&self, email: &Email) -> Result<Option<UserId>, StorageError> {
        let key = email_key(email);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        let id = found.item.and_then(|mut item| item.remove("userId")).and_then(|id| id.as_s().ok().cloned());
        Ok(id.and_then(|id| id.parse().ok()))
    }

    /// Puts an account together with the mark of its address; `false`, and nothing written, where the address is in use.
    pub async fn register(&self, account: &Account) -> Result<bool, StorageError> {
        Ok(self.transact(self.registration(account)?).await?.is_none())
    }

    /// Puts an account with its addresses: for the loader of the demo city. `false` where it exists already.
    pub async fn put_demo(&self, account: &Account, addresses: &[Address]) -> Result<bool, StorageError> {
        let mut actions = self.registration(account)?;
        for address in addresses {
            let item = to_item(address, &[("pk", account.id.to_string()), ("sk", address.id.to_string())])?;
            actions.push(self.put_new(item));
        }
        let mut count = key2(account.id.as_str(), ADDRESS_COUNT);
        count.insert("addresses".to_owned(), n(addresses.len()));
        actions.push(self.put_new(count));
        Ok(self.transact(actions).await?.is_none())
    }

    pub(crate) fn registration(&self, account: &Account) -> Result<Vec<TransactWriteItem>, StorageError> {
        let item = to_item(account, &[("pk", account.id.to_string()), ("sk", "ACCOUNT".to_owned())])?;
        let mut mark = email_key(&account.email);
        mark.insert("userId".to_owned(), s(account.id.as_str()));
        Ok(vec![self.put_new(item), self.put_new(mark)])
    }

    /// Changes what is given and answers with the account; `None` where there is none.
    pub async fn change_profile(&self, id: &UserId, to: &ProfileChange) -> Result<Option<Account>, StorageError> {
        let mut set = Vec::new();
        let mut remove = "";
        let mut values = Vec::new();
        if let Some(name) = &to.name {
            set.push("#name = :name");
            values.push((":name", s(name.as_str())));
        }
        match &to.phone {
            Some(Some(phone)) => {
                set.push("phone = :phone");
                values.push((":phone", s(phone.as_str())));
            }
            Some(None) => remove = " REMOVE phone",
            None => {}
        }
        if set.is_empty() && remove.is_empty() {
            return self.get(id).await;
        }
        set.push("version = version + :one");
        let update = self.db.update_item().table_name(&self.table).set_key(Some(account_key(id)));
        let update = update.update_expression(format!("SET {}{remove}", set.join(", ")));
        let update = update.condition_expression("attribute_exists(pk)").expression_attribute_values(":one", n(1));
        let update = if to.name.is_some() { update.expression_attribute_names("#name", "name") } else { update };
        let update = values.into_iter().fold(update, |u, (name, value)| u.expression_attribute_values(name, value));
        changed(update).await
    }

    /// An update of an account that sets something, and with it the version and the correlation id of its event.
    pub(crate) fn change(&self, id: &UserId, set: &str) -> UpdateItemFluentBuilder {
        self.change_and(id, set, "")
    }

    /// The same with a further clause, such as ` REMOVE phone`.
    pub(crate) fn change_and(&self, id: &UserId, set: &str, then: &str) -> UpdateItemFluentBuilder {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(account_key(id)));
        let update = update.update_expression(format!("SET {set}, {TOUCH}{then}"));
        let update = update.expression_attribute_values(":one", n(1));
        update.expression_attribute_values(":work", s(sipstr_events::correlation::current()))
    }

    pub(crate) fn put_new(&self, item: Item) -> TransactWriteItem {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        TransactWriteItem::builder().put(put).build()
    }

    /// Sends a transaction; `Some` says which of its conditions do not hold.
    pub(crate) async fn transact(&self, actions: Vec<TransactWriteItem>) -> Result<Option<Vec<bool>>, StorageError> {
        transact(&self.db, actions, "the account").await
    }
}

/// What every change of an account sets besides: its version, and the correlation id of its event.
pub(crate) const TOUCH: &str = "version = version + :one, correlationId = :work";

/// Sends an update and answers with the account as it is then; `None` where the condition does not hold.
pub(crate) async fn changed(update: UpdateItemFluentBuilder) -> Result<Option<Account>, StorageError> {
    changed_item(update).await?.map(from_item).transpose()
}

/// The same for any item.
pub(crate) async fn changed_item(update: UpdateItemFluentBuilder) -> Result<Option<Item>, StorageError> {
    match update.return_values(ReturnValue::AllNew).send().await {
        Ok(answer) => Ok(answer.attributes),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many addresses a person has, so that there is a limit that parallel requests cannot pass.
pub(crate) const ADDRESS_COUNT: &str = "ADDRESSES";

pub(crate) fn email_key(email: &Email) -> Item {
    key2(format!("EMAIL#{}", email_hash(email)), "EMAIL")
}

/// What stands for an e-mail address in a key: keys are read by people and programs that need not know it.
pub(crate) fn email_hash(email: &Email) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, email.as_str().as_bytes()))
}

pub(crate) fn account_key(id: &UserId) -> Item {
    key2(id.as_str(), "ACCOUNT")
}

pub(crate) fn address_key(id: &UserId, address: &AddressId) -> Item {
    key2(id.as_str(), address.as_str())
}
