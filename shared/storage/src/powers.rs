//! What somebody may do, as others give it and take it. Each change goes in one transaction with its security event, and
//! with the check that who makes it may still do so.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};
use sipstr_domain::UserId;
use sipstr_domain::account::{Membership, Role};

use crate::accounts::{Account, Accounts, account_key};
use crate::credentials::{UNMOVED, built};
use crate::item::n;
use crate::{Action, StorageError};

/// Somebody whose power was read, and what tells that none of it was taken away since: losing power moves an account's
/// security version on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Powerful {
    pub user: UserId,
    pub security_version: u64,
}

impl Powerful {
    pub fn of(account: &Account) -> Self {
        Self { user: account.id.clone(), security_version: account.security_version }
    }
}

/// Whether a change takes something away: then whatever was issued before counts no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    Gained,
    Lost,
}

impl Accounts {
    /// Holds as long as nobody has taken power from this person, or disabled the account.
    ///
    /// Two who take each other's power at once meet here: one of the two is too late.
    pub fn still(&self, person: &Powerful) -> Action {
        let check = ConditionCheck::builder().table_name(&self.table).set_key(Some(account_key(&person.user)));
        let check = check.condition_expression(format!("{UNMOVED} AND attribute_not_exists(disabledAt)"));
        let check = check.expression_attribute_values(":sv", n(person.security_version));
        let check = check.build().expect("table, key and condition are set");
        Action(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Gives an account other roles. `false` where the account was changed since it was read, or something of what goes with
    /// it does not hold.
    pub async fn set_roles(
        &self,
        account: &Account,
        roles: &[Role],
        power: Power,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let update = self.empower(account, roles, &account.memberships, power)?;
        self.commit([Action(built(update))].into_iter().chain(with).collect()).await
    }

    /// Writes all of this or nothing; `false` where a condition does not hold.
    pub async fn commit(&self, actions: Vec<Action>) -> Result<bool, StorageError> {
        Ok(self.transact(actions.into_iter().map(|action| action.0).collect()).await?.is_none())
    }

    /// An update of roles and memberships on condition that nothing of the account changed since it was read: both are
    /// written whole.
    pub(crate) fn empower(
        &self,
        account: &Account,
        roles: &[Role],
        memberships: &[Membership],
        power: Power,
    ) -> Result<UpdateBuilder, StorageError> {
        const SET: &str = "#roles = :roles, memberships = :memberships";
        let update = match power {
            Power::Gained => self.touch(account, SET, ""),
            Power::Lost => self.secure(account, SET, ""),
        };
        let update = update.condition_expression(format!("{UNMOVED} AND version = :version"));
        let update = update.expression_attribute_names("#roles", "roles");
        let update = update.expression_attribute_values(":roles", serde_dynamo::to_attribute_value(roles)?);
        let update = update.expression_attribute_values(":memberships", serde_dynamo::to_attribute_value(memberships)?);
        Ok(update.expression_attribute_values(":version", n(account.version)))
    }
}
