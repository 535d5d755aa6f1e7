//! What changes how a person signs in, each with its security event in the same transaction.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use jiff::Timestamp;
use sipstr_domain::account::{Email, Membership, Role};
use sipstr_domain::{SessionId, UserId};

use crate::accounts::{Account, Accounts, EmailChange, PasswordHash, TOUCH, account_key, email_key};
use crate::item::{from_item, n, s};
use crate::sessions::Sessions;
use crate::{Action, StorageError};

/// What a token is held against where it matters: who the person is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub roles: Vec<Role>,
    pub memberships: Vec<Membership>,
    pub security_version: u64,
    pub disabled: bool,
    pub email_verified: bool,
}

/// What became of the proof of a new address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChanged {
    Done,
    /// Somebody else registered it meanwhile.
    InUse,
    /// The code was replaced, or used.
    Stale,
}

impl Accounts {
    /// Roles and standing as they are now: one small consistent read.
    pub async fn standing(&self, id: &UserId) -> Result<Option<Standing>, StorageError> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Now {
            roles: Vec<Role>,
            #[serde(default)]
            memberships: Vec<Membership>,
            #[serde(default)]
            security_version: u64,
            disabled_at: Option<Timestamp>,
            email_verified_at: Option<Timestamp>,
        }
        let get = self.db.get_item().table_name(&self.table).set_key(Some(account_key(id))).consistent_read(true);
        let get = get.projection_expression("#roles, memberships, securityVersion, disabledAt, emailVerifiedAt");
        let Some(item) = get.expression_attribute_names("#roles", "roles").send().await?.item else { return Ok(None) };
        let now: Now = from_item(item)?;
        Ok(Some(Standing {
            roles: now.roles,
            memberships: now.memberships,
            security_version: now.security_version,
            disabled: now.disabled_at.is_some(),
            email_verified: now.email_verified_at.is_some(),
        }))
    }

    /// Replaces the password of who is signed in; every session but theirs ends. `false` where the account was secured anew
    /// since it was read.
    pub async fn change_password(
        &self,
        account: &Account,
        hash: &PasswordHash,
        session: &SessionId,
        event: Action,
    ) -> Result<bool, StorageError> {
        let update = self.secure(account, "passwordHash = :hash", "").expression_attribute_values(":hash", s(&hash.0));
        let keep = Sessions::new(self.db.clone(), &self.table).keep(&account.id, session, account.security_version + 1);
        let actions = vec![built(update), keep, event.0];
        Ok(self.transact(actions).await?.is_none())
    }

    /// Sets the password of who proved to read the account's mail, which proves the address too; every session ends. Where
    /// the address was not proved before, links to other providers go: who made them may be somebody else. `false` where the
    /// code was used or replaced.
    pub async fn reset_password(
        &self,
        account: &Account,
        nonce: &str,
        hash: &PasswordHash,
        at: Timestamp,
        event: Action,
    ) -> Result<bool, StorageError> {
        let set = "passwordHash = :hash, emailVerifiedAt = if_not_exists(emailVerifiedAt, :at)";
        let proved = account.email_verified_at.is_some();
        let gone = if proved { " REMOVE passwordReset, contested" } else { " REMOVE passwordReset, contested, links" };
        let update = self.secure(account, set, gone);
        let update = update.condition_expression(format!("{UNMOVED} AND passwordReset.nonce = :nonce"));
        let update = update.expression_attribute_values(":hash", s(&hash.0));
        let update = update.expression_attribute_values(":at", s(at.to_string()));
        let update = update.expression_attribute_values(":nonce", s(nonce));
        Ok(self.transact(vec![built(update), event.0]).await?.is_none())
    }

    /// Moves an account to the address that was proved; its mark and the old one's change hands in the same transaction.
    pub async fn change_email(
        &self,
        account: &Account,
        change: &EmailChange,
        at: Timestamp,
        event: Action,
    ) -> Result<EmailChanged, StorageError> {
        let set = "email = :to, previousEmail = :from, emailVerifiedAt = :at";
        let update = self.touch(account, set, " REMOVE emailChange, passwordReset");
        let update = update.condition_expression(format!("{UNMOVED} AND emailChange.nonce = :nonce"));
        let update = update.expression_attribute_values(":to", s(change.to.as_str()));
        let update = update.expression_attribute_values(":from", s(account.email.as_str()));
        let update = update.expression_attribute_values(":at", s(at.to_string()));
        let update = update.expression_attribute_values(":nonce", s(&change.code.nonce));
        let mut mark = email_key(&change.to);
        mark.insert("userId".to_owned(), s(account.id.as_str()));
        let actions = vec![built(update), self.put_new(mark), self.free(&account.email), event.0];
        Ok(match self.transact(actions).await? {
            None => EmailChanged::Done,
            Some(failed) if failed.get(1) == Some(&true) && failed.first() != Some(&true) => EmailChanged::InUse,
            Some(_) => EmailChanged::Stale,
        })
    }

    fn free(&self, email: &Email) -> TransactWriteItem {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(email_key(email)));
        TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
    }

    /// Ends every session of an account, or every one but this. `false` where the account was secured anew since it was read.
    pub async fn end_sessions(
        &self,
        account: &Account,
        but: Option<&SessionId>,
        event: Action,
    ) -> Result<bool, StorageError> {
        let sessions = Sessions::new(self.db.clone(), &self.table);
        let keep = but.map(|session| sessions.keep(&account.id, session, account.security_version + 1));
        let actions = [built(self.secure(account, "", "")), event.0].into_iter().chain(keep).collect();
        Ok(self.transact(actions).await?.is_none())
    }

    /// Lets nobody sign in any more, or again. `false` where the account was secured anew since it was read, or something of
    /// what goes with it does not hold.
    pub async fn set_disabled(
        &self,
        account: &Account,
        disabled: Option<Timestamp>,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let update = match disabled {
            Some(at) => {
                self.secure(account, "disabledAt = :at", "").expression_attribute_values(":at", s(at.to_string()))
            }
            None => self.secure(account, "", " REMOVE disabledAt, erasureDueAt"),
        };
        let with = with.into_iter().map(|action| action.0);
        Ok(self.transact([built(update)].into_iter().chain(with).collect()).await?.is_none())
    }

    /// An update that moves the security version on: what was issued before counts no more.
    pub(crate) fn secure(&self, account: &Account, set: &str, then: &str) -> UpdateBuilder {
        let comma = if set.is_empty() { "" } else { ", " };
        let set = format!("{set}{comma}securityVersion = :next");
        let update = self.touch(account, &set, then);
        update.expression_attribute_values(":next", n(account.security_version + 1))
    }

    /// An update on condition that the security version is still the one that was read.
    pub(crate) fn touch(&self, account: &Account, set: &str, then: &str) -> UpdateBuilder {
        let update = Update::builder().table_name(&self.table).set_key(Some(account_key(&account.id)));
        let update = update.update_expression(format!("SET {set}, {TOUCH}{then}")).condition_expression(UNMOVED);
        let update = update.expression_attribute_values(":sv", n(account.security_version));
        let update = update.expression_attribute_values(":one", n(1));
        update.expression_attribute_values(":work", s(sipstr_events::correlation::current()))
    }
}

pub(crate) const UNMOVED: &str = "securityVersion = :sv";

pub(crate) fn built(update: UpdateBuilder) -> TransactWriteItem {
    TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
}
