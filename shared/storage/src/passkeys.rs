//! Passkeys: under their person in the table of accounts, each with a mark that leads from its credential to them.
//!
//! Adding and removing ask that the account is as it was read, to its version, which both move on: so the most that a person
//! may have, and the last way in, hold however many requests there are at once.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::account::PasskeyName;
use sipstr_domain::security::SecondFactor;
use sipstr_domain::{PasskeyId, UserId};

use crate::accounts::{Account, Accounts};
use crate::credentials::{UNMOVED, built};
use crate::factors::{with, without};
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::{Action, StorageError};

/// A credential and what its owner calls it. Nothing of it is secret, and nothing of it is anybody else's business.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passkey {
    pub id: PasskeyId,
    pub user_id: UserId,
    pub name: PasskeyName,
    /// In base64url, as browsers write it.
    pub credential_id: String,
    /// A COSE key in base64url.
    pub public_key: String,
    /// Of the last signature; 0 where the authenticator does not count.
    pub sign_count: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<String>,
    /// Whether it may be on several devices, and whether it is.
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl std::fmt::Debug for Passkey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passkey({})", self.id)
    }
}

/// What became of a new passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAdded {
    Done,
    /// The credential is an account's already, perhaps this one's.
    InUse,
    /// The account was changed since it was read.
    Stale,
}

impl Accounts {
    /// A person's passkeys, in the order they were added.
    pub async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(PasskeyId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    pub async fn passkey(&self, user: &UserId, id: &PasskeyId) -> Result<Option<Passkey>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(passkey_key(user, id)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Whose credential this is.
    pub async fn passkey_of(&self, credential_id: &str) -> Result<Option<(UserId, PasskeyId)>, StorageError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Mark {
            user_id: UserId,
            passkey_id: PasskeyId,
        }
        let get = self.db.get_item().table_name(&self.table).set_key(Some(mark_key(credential_id)));
        let found = get.consistent_read(true).send().await?.item.map(from_item::<Mark>).transpose()?;
        Ok(found.map(|mark| (mark.user_id, mark.passkey_id)))
    }

    /// Adds a passkey, which becomes a second factor too, with its first recovery codes where the account has none.
    pub async fn add_passkey(
        &self,
        account: &Account,
        passkey: &Passkey,
        recovery: &[String],
        event: Action,
    ) -> Result<PasskeyAdded, StorageError> {
        let keys = [("pk", passkey.user_id.to_string()), ("sk", passkey.id.to_string())];
        let mut mark = mark_key(&passkey.credential_id);
        mark.insert("userId".to_owned(), s(passkey.user_id.as_str()));
        mark.insert("passkeyId".to_owned(), s(passkey.id.as_str()));
        let kinds = self.set_kinds_as_read(account, with(&account.second_factors, SecondFactor::Passkey));
        let mut actions = vec![kinds, self.put_new(mark), self.put_new(to_item(passkey, &keys)?), event.0];
        if !recovery.is_empty() {
            let update = self.factors_update(&account.id, "SET recovery = :codes");
            let codes = AttributeValue::Ss(recovery.to_vec());
            actions.push(built(update.expression_attribute_values(":codes", codes)));
        }
        Ok(match self.transact(actions).await? {
            None => PasskeyAdded::Done,
            Some(failed) if failed.get(1) == Some(&true) && failed.first() != Some(&true) => PasskeyAdded::InUse,
            Some(_) => PasskeyAdded::Stale,
        })
    }

    /// Calls a passkey something else; `None` where there is none.
    pub async fn rename_passkey(
        &self,
        user: &UserId,
        id: &PasskeyId,
        name: &PasskeyName,
    ) -> Result<Option<Passkey>, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(passkey_key(user, id)));
        let update = update.update_expression("SET #name = :name").condition_expression("attribute_exists(pk)");
        let update = update.expression_attribute_names("#name", "name");
        let update = update.expression_attribute_values(":name", s(name.as_str()));
        match update.return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew).send().await {
            Ok(answer) => answer.attributes.map(from_item).transpose(),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a passkey. With the `last` one goes the second factor, and with the last second factor the recovery codes.
    /// `false` where the account was changed since it was read.
    pub async fn remove_passkey(
        &self,
        account: &Account,
        passkey: &Passkey,
        last: bool,
        event: Action,
    ) -> Result<bool, StorageError> {
        let kinds =
            if last { without(&account.second_factors, SecondFactor::Passkey) } else { account.second_factors.clone() };
        let unrecoverable = kinds.is_empty();
        let gone = |key: Item| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key));
            let delete = delete.condition_expression("attribute_exists(pk)");
            TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
        };
        let mut actions = vec![
            self.set_kinds_as_read(account, kinds),
            gone(passkey_key(&passkey.user_id, &passkey.id)),
            gone(mark_key(&passkey.credential_id)),
            event.0,
        ];
        if unrecoverable {
            actions.push(built(self.factors_update(&account.id, "REMOVE recovery")));
        }
        Ok(self.transact(actions).await?.is_none())
    }

    /// Notes a use, for the transaction of what it leads to. It does not hold where the passkey is gone, or was used meanwhile
    /// by an authenticator that counts.
    pub fn used_passkey(&self, passkey: &Passkey, sign_count: u32, backed_up: bool, at: Timestamp) -> Action {
        let key = passkey_key(&passkey.user_id, &passkey.id);
        let update = Update::builder().table_name(&self.table).set_key(Some(key));
        let update = update.update_expression("SET signCount = :count, backedUp = :backedUp, lastUsedAt = :at");
        let update = update.condition_expression("signCount = :read");
        let update = update.expression_attribute_values(":count", n(sign_count));
        let update = update.expression_attribute_values(":read", n(passkey.sign_count));
        let update = update.expression_attribute_values(":backedUp", AttributeValue::Bool(backed_up));
        Action(built(update.expression_attribute_values(":at", s(at.to_string()))))
    }

    fn set_kinds_as_read(&self, account: &Account, kinds: Vec<SecondFactor>) -> TransactWriteItem {
        let kinds = serde_dynamo::to_attribute_value(kinds).expect("a list of names");
        let update = self.touch(account, "secondFactors = :kinds", "").expression_attribute_values(":kinds", kinds);
        let update = update.condition_expression(format!("{UNMOVED} AND version = :version"));
        built(update.expression_attribute_values(":version", n(account.version)))
    }
}

fn passkey_key(user: &UserId, id: &PasskeyId) -> Item {
    key2(user.as_str(), id.as_str())
}

/// Ids of credentials may have a thousand bytes, which is too long for comfort in a key.
pub(crate) fn mark_key(credential_id: &str) -> Item {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, credential_id.as_bytes());
    key2(format!("CREDENTIAL#{}", hex::encode(hash)), "CREDENTIAL")
}
