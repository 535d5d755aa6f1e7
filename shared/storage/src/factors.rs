//! The second factors of an account: an authenticator's secret, sealed, and the hashes of recovery codes.
//!
//! They lie in the table of accounts, under their person; the account itself says only which kinds there are.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;
use sipstr_domain::security::SecondFactor;
use std::collections::BTreeSet;

use crate::accounts::{Account, Accounts};
use crate::credentials::{UNMOVED, built};
use crate::item::{Item, from_item, key2, n, s};
use crate::{Action, StorageError};

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Factors {
    pub totp: Option<Totp>,
    /// A secret that was shown and has not been proved yet.
    pub pending_totp: Option<PendingTotp>,
    /// Hashes of the recovery codes that are left.
    #[serde(default)]
    pub recovery: BTreeSet<String>,
}

/// An authenticator (RFC 6238). The secret is sealed with the application's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totp {
    pub sealed_secret: String,
    /// The time step of the last code that was taken; no code is taken twice.
    pub last_step: u64,
    pub since: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingTotp {
    pub sealed_secret: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Totp(since {})", self.since)
    }
}

impl std::fmt::Debug for PendingTotp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PendingTotp(until {})", self.expires_at)
    }
}

impl Accounts {
    pub async fn factors(&self, id: &UserId) -> Result<Factors, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(factors_key(id))).consistent_read(true);
        Ok(get.send().await?.item.map(from_item).transpose()?.unwrap_or_default())
    }

    /// Keeps a secret that was shown; a new one replaces it until one is proved.
    pub async fn offer_totp(&self, id: &UserId, pending: &PendingTotp) -> Result<bool, StorageError> {
        let update =
            self.factors_update(id, "SET pendingTotp = :pending").condition_expression("attribute_not_exists(totp)");
        let pending = serde_dynamo::to_attribute_value(pending)?;
        let update = update.expression_attribute_values(":pending", pending);
        Ok(self.transact(vec![built(update)]).await?.is_none())
    }

    /// Makes the offered secret the account's, with its first recovery codes where it has none; `false` where another secret
    /// was offered meanwhile.
    pub async fn enable_totp(
        &self,
        account: &Account,
        pending: &PendingTotp,
        totp: &Totp,
        recovery: &[String],
        event: Action,
    ) -> Result<bool, StorageError> {
        let set = if recovery.is_empty() {
            "SET totp = :totp REMOVE pendingTotp"
        } else {
            "SET totp = :totp, recovery = :codes REMOVE pendingTotp"
        };
        let update = self.factors_update(&account.id, set);
        let update = update.condition_expression("attribute_not_exists(totp) AND pendingTotp.sealedSecret = :secret");
        let update = update.expression_attribute_values(":secret", s(&pending.sealed_secret));
        let update = update.expression_attribute_values(":totp", serde_dynamo::to_attribute_value(totp)?);
        let update = if recovery.is_empty() {
            update
        } else {
            update.expression_attribute_values(":codes", AttributeValue::Ss(recovery.to_vec()))
        };
        let kinds = self.set_kinds(account, with(&account.second_factors, SecondFactor::Totp));
        Ok(self.transact(vec![built(update), kinds, event.0]).await?.is_none())
    }

    /// Removes the authenticator; the recovery codes go with the last factor. `false` where there is none.
    pub async fn disable_totp(&self, account: &Account, event: Action) -> Result<bool, StorageError> {
        let left = without(&account.second_factors, SecondFactor::Totp);
        let gone = if left.is_empty() { "REMOVE totp, recovery" } else { "REMOVE totp" };
        let update = self.factors_update(&account.id, gone).condition_expression("attribute_exists(totp)");
        let kinds = self.set_kinds(account, left);
        Ok(self.transact(vec![built(update), kinds, event.0]).await?.is_none())
    }

    /// Marks a code's time step as used; `false` where that one or a later one was used before.
    pub async fn use_totp_step(&self, id: &UserId, step: u64) -> Result<bool, StorageError> {
        let update = self.factors_update(id, "SET totp.lastStep = :step").condition_expression("totp.lastStep < :step");
        Ok(self.transact(vec![built(update.expression_attribute_values(":step", n(step)))]).await?.is_none())
    }

    /// Uses a recovery code up; `false` where there is no such code any more.
    pub async fn use_recovery_code(&self, id: &UserId, hash: &str, event: Action) -> Result<bool, StorageError> {
        let update =
            self.factors_update(id, "DELETE recovery :codes").condition_expression("contains(recovery, :code)");
        let update = update.expression_attribute_values(":codes", AttributeValue::Ss(vec![hash.to_owned()]));
        let update = update.expression_attribute_values(":code", s(hash));
        Ok(self.transact(vec![built(update), event.0]).await?.is_none())
    }

    /// Replaces all recovery codes.
    pub async fn set_recovery_codes(&self, id: &UserId, hashes: &[String], event: Action) -> Result<(), StorageError> {
        let update = self.factors_update(id, "SET recovery = :codes");
        let update = update.expression_attribute_values(":codes", AttributeValue::Ss(hashes.to_vec()));
        self.transact(vec![built(update), event.0]).await.map(|_| ())
    }

    pub(crate) fn factors_update(&self, id: &UserId, expression: &str) -> UpdateBuilder {
        Update::builder().table_name(&self.table).set_key(Some(factors_key(id))).update_expression(expression)
    }

    /// What the account says of its factors, on condition that it still says what was read: two kinds may come or go at once.
    pub(crate) fn set_kinds(&self, account: &Account, kinds: Vec<SecondFactor>) -> TransactWriteItem {
        let list = |kinds: &[SecondFactor]| serde_dynamo::to_attribute_value(kinds).expect("a list of names");
        let update = self.touch(account, "secondFactors = :kinds", "");
        let as_read = if account.second_factors.is_empty() {
            "(attribute_not_exists(secondFactors) OR secondFactors = :read)"
        } else {
            "secondFactors = :read"
        };
        let update = update.condition_expression(format!("{UNMOVED} AND {as_read}"));
        let update = update.expression_attribute_values(":read", list(&account.second_factors));
        built(update.expression_attribute_values(":kinds", list(&kinds)))
    }
}

pub(crate) fn with(kinds: &[SecondFactor], kind: SecondFactor) -> Vec<SecondFactor> {
    kinds.iter().copied().chain([kind]).collect::<BTreeSet<_>>().into_iter().collect()
}

pub(crate) fn without(kinds: &[SecondFactor], kind: SecondFactor) -> Vec<SecondFactor> {
    kinds.iter().copied().filter(|other| *other != kind).collect()
}

fn factors_key(id: &UserId) -> Item {
    key2(id.as_str(), "FACTORS")
}
