//! A store's staff: who was invited, who belongs to it, and as what.
//!
//! What a member may do stands in their account; the store's list names only who they are, so that they are found. Both
//! change in one transaction. An invitation lies in the table of accounts and expires by itself:
//!
//! | item | pk | sk |
//! |---|---|---|
//! | invitation | `STORE#<store id>` | invitation id |

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Email, Membership, Role, StoreRole};
use sipstr_domain::{InvitationId, StoreId, UserId};

use crate::accounts::{Account, Accounts};
use crate::credentials::built;
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::powers::{Power, Powerful};
use crate::stores::{Stores, member_key, members_key};
use crate::{Action, Db, StorageError};

#[derive(Debug, Clone)]
pub struct Members {
    db: Db,
    accounts: Accounts,
    stores: Stores,
    stores_table: String,
}

/// Somebody is asked to join a store's staff. The token that accepts it is stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: InvitationId,
    pub store_id: StoreId,
    pub role: StoreRole,
    pub email: Email,
    pub invited_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<UserId>,
}

impl Invitation {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.accepted_by.is_none() && now < self.expires_at
    }
}

impl Members {
    pub fn new(db: Db, accounts_table: &str, stores_table: &str) -> Self {
        Self {
            accounts: Accounts::new(db.clone(), accounts_table),
            stores: Stores::new(db.clone(), stores_table),
            stores_table: stores_table.to_owned(),
            db,
        }
    }

    pub async fn has_store(&self, store: &StoreId) -> Result<bool, StorageError> {
        Ok(self.stores.get(store).await?.is_some())
    }

    /// Puts an invitation; `false` where there is one with this id.
    pub async fn invite(&self, invitation: &Invitation) -> Result<bool, StorageError> {
        let keys = [("pk", members_key(&invitation.store_id)), ("sk", invitation.id.to_string())];
        let mut item = to_item(invitation, &keys)?;
        item.insert("ttl".to_owned(), n(invitation.expires_at.as_second()));
        self.accounts.commit(vec![Action(self.accounts.put_new(item))]).await
    }

    pub async fn invitation(&self, store: &StoreId, id: &InvitationId) -> Result<Option<Invitation>, StorageError> {
        let get = self.db.get_item().table_name(&self.accounts.table).set_key(Some(invitation_key(store, id)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// A store's invitations, oldest first; those that were accepted and not yet gone among them.
    pub async fn invitations(&self, store: &StoreId) -> Result<Vec<Invitation>, StorageError> {
        let query = self.db.query().table_name(&self.accounts.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(members_key(store)));
        let found = query.expression_attribute_values(":prefix", s(InvitationId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// Takes an invitation back; `false` where there is none, or it was accepted.
    pub async fn withdraw(&self, store: &StoreId, id: &InvitationId) -> Result<bool, StorageError> {
        let delete = Delete::builder().table_name(&self.accounts.table).set_key(Some(invitation_key(store, id)));
        let delete = delete.condition_expression("attribute_exists(pk) AND attribute_not_exists(acceptedBy)");
        let delete = delete.build().expect("table and key are set");
        self.accounts.commit(vec![Action(TransactWriteItem::builder().delete(delete).build())]).await
    }

    /// Makes somebody what they were invited to be. `false`, and nothing written, where the invitation is used, taken back or
    /// over, or their account was changed since it was read.
    pub async fn accept(
        &self,
        invitation: &Invitation,
        account: &Account,
        now: Timestamp,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let membership = Membership { store_id: invitation.store_id.clone(), role: invitation.role };
        let used = Action(self.used(invitation, &account.id, now));
        self.join(account, membership, [used].into_iter().chain(with).collect()).await
    }

    /// Makes somebody a member. `false` where their account was changed since it was read, or something of what goes with it
    /// does not hold.
    pub async fn join(
        &self,
        account: &Account,
        membership: Membership,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let listed = self.listed(&membership.store_id, &account.id);
        let memberships = [others(account, &membership.store_id), vec![membership]].concat();
        let mut roles = account.roles.clone();
        if !roles.contains(&Role::StoreStaff) {
            roles.push(Role::StoreStaff);
        }
        let update = self.accounts.empower(account, &roles, &memberships, Power::Gained)?;
        self.accounts.commit([Action(built(update)), listed].into_iter().chain(with).collect()).await
    }

    /// The entry in a store's list of somebody whose account says that they belong to its staff.
    pub fn listed(&self, store: &StoreId, user: &UserId) -> Action {
        let put = Put::builder().table_name(&self.stores_table).set_item(Some(member_key(store, user)));
        let put = put.build().expect("table and item are set");
        Action(TransactWriteItem::builder().put(put).build())
    }

    fn used(&self, invitation: &Invitation, by: &UserId, now: Timestamp) -> TransactWriteItem {
        let key = invitation_key(&invitation.store_id, &invitation.id);
        let update = Update::builder().table_name(&self.accounts.table).set_key(Some(key));
        let update = update.update_expression("SET acceptedBy = :by");
        // An item that is over may still be there for some days.
        let update = update.condition_expression("attribute_not_exists(acceptedBy) AND #ttl > :now");
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":by", s(by.as_str()));
        built(update.expression_attribute_values(":now", n(now.as_second())))
    }

    /// Makes a member something else. `false` where their account was changed since it was read, or something of what goes
    /// with it does not hold.
    pub async fn change_role(
        &self,
        account: &Account,
        to: Membership,
        power: Power,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let memberships = [others(account, &to.store_id), vec![to]].concat();
        let update = self.accounts.empower(account, &account.roles, &memberships, power)?;
        self.accounts.commit([Action(built(update))].into_iter().chain(with).collect()).await
    }

    /// Removes a member; who belongs to no store any more is no staff. `false` as in [`Self::change_role`].
    pub async fn remove(&self, account: &Account, store: &StoreId, with: Vec<Action>) -> Result<bool, StorageError> {
        let memberships = others(account, store);
        let mut roles = account.roles.clone();
        roles.retain(|role| *role != Role::StoreStaff || !memberships.is_empty());
        let update = self.accounts.empower(account, &roles, &memberships, Power::Lost)?;
        let delete = Delete::builder().table_name(&self.stores_table);
        let delete = delete.set_key(Some(member_key(store, &account.id))).build().expect("table and key are set");
        let actions = [built(update), TransactWriteItem::builder().delete(delete).build()].into_iter().map(Action);
        self.accounts.commit(actions.chain(with).collect()).await
    }

    /// Everybody of a store's staff, as their accounts say.
    pub async fn of_store(&self, store: &StoreId) -> Result<Vec<(Account, StoreRole)>, StorageError> {
        let ids = self.stores.members(store).await?;
        let accounts = futures::future::try_join_all(ids.iter().map(|id| self.accounts.get(id))).await?;
        let staff = accounts.into_iter().flatten();
        Ok(staff.filter_map(|account| role_in(&account, store).map(|role| (account, role))).collect())
    }

    /// An owner of a store besides this person, whose account is not disabled.
    pub async fn another_owner(&self, store: &StoreId, but: &UserId) -> Result<Option<Powerful>, StorageError> {
        let staff = self.of_store(store).await?;
        let owner = staff
            .into_iter()
            .find(|(account, role)| *role == StoreRole::Owner && account.id != *but && account.disabled_at.is_none());
        Ok(owner.map(|(account, _)| Powerful::of(&account)))
    }
}

/// What an account is in a store's staff.
pub fn role_in(account: &Account, store: &StoreId) -> Option<StoreRole> {
    let membership = account.memberships.iter().find(|membership| membership.store_id == *store);
    membership.filter(|_| account.roles.contains(&Role::StoreStaff)).map(|membership| membership.role)
}

fn others(account: &Account, store: &StoreId) -> Vec<Membership> {
    account.memberships.iter().filter(|membership| membership.store_id != *store).cloned().collect()
}

fn invitation_key(store: &StoreId, id: &InvitationId) -> Item {
    key2(members_key(store), id.as_str())
}
