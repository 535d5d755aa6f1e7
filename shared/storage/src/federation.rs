//! Other identity providers: sign-ins that are under way there, and whom they vouch for.
//!
//! Sign-ins under way lie in the table of ceremonies, under `STATE#<sha-256 of the state>`: everybody may begin one, and the
//! stream of accounts need not hear of it. The rest lies in the table of accounts:
//!
//! | item | pk | sk |
//! |---|---|---|
//! | who is meant | `IDENTITY#<sha-256 of issuer and subject>` | `IDENTITY` |
//! | link | user id | link id |
//!
//! The account says which links count. Where it names one no more (an address that two had claimed was proved by one of
//! them), the other two items are leftovers, and the next link takes their place.

use aws_sdk_dynamodb::types::{Delete, Put, ReturnValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::account::Email;
use sipstr_domain::{LinkId, StoreId, UserId};

use crate::accounts::{Account, Accounts};
use crate::ceremonies::Ceremonies;
use crate::credentials::{UNMOVED, built};
use crate::item::{Item, from_item, key, key2, n, s, to_item};
use crate::{Action, StorageError};

/// A sign-in that went to another provider and has not come back. The state that names it is stored nowhere, nor is the
/// secret that its browser or app holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ceremony {
    /// `google`, or a store's id.
    pub provider: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636).
    pub verifier: String,
    /// Where the provider sends the browser, to the letter.
    pub redirect_uri: String,
    /// The page or app that finishes it.
    pub return_to: String,
    pub secret_hash: String,
    /// Whose account the identity shall be linked to; absent where somebody signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links_to: Option<UserId>,
    /// What the provider told of the person on the way back, where it tells it there only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_name: Option<String>,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ceremony({})", self.provider)
    }
}

/// Who another provider says somebody is: its own name for them, which never changes, and never their address of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKey(String);

impl IdentityKey {
    /// What a store's provider vouches for is apart from all others, whatever issuer it names: a store runs that client.
    pub fn new(store: Option<&StoreId>, issuer: &str, subject: &str) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in [store.map_or("", StoreId::as_str), issuer, subject] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        Self(hex::encode(context.finish()))
    }
}

/// An account that another provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub id: LinkId,
    pub user_id: UserId,
    pub provider: String,
    pub identity: IdentityKey,
    /// The address that the provider knew, to recognise it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    pub linked_at: Timestamp,
}

/// Whom an identity belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    user_id: UserId,
    link_id: LinkId,
}

/// What an identity leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// An account that counts on it.
    Account(Box<Account>),
    /// Nobody; `leftover` is the link that a new one replaces.
    Nobody { leftover: Option<LinkId> },
}

impl Ceremonies {
    /// Puts a ceremony; states are random, so that none is there already.
    pub async fn begin_elsewhere(&self, state: &str, ceremony: &Ceremony) -> Result<(), StorageError> {
        let mut item = to_item(ceremony, &[("pk", ceremony_pk(state))])?;
        item.insert("ttl".to_owned(), n(ceremony.expires_at.as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").send().await?;
        Ok(())
    }

    /// Takes a ceremony away, once, for who holds its secret and means the same account by it; `None` for anybody else, for
    /// whom nothing changes.
    pub async fn end_elsewhere(
        &self,
        state: &str,
        secret_hash: &str,
        links_to: Option<&UserId>,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(ceremony_key(state)));
        let whose = if links_to.is_some() { "linksTo = :user" } else { "attribute_not_exists(linksTo)" };
        // An item that is over may still be there for some days.
        let delete = delete.condition_expression(format!("secretHash = :hash AND #ttl > :now AND {whose}"));
        let delete = delete.expression_attribute_names("#ttl", "ttl");
        let delete = delete.expression_attribute_values(":hash", s(secret_hash));
        let delete = delete.expression_attribute_values(":now", n(now.as_second()));
        let delete = match links_to {
            Some(user) => delete.expression_attribute_values(":user", s(user.as_str())),
            None => delete,
        };
        match delete.return_values(ReturnValue::AllOld).send().await {
            Ok(answer) => answer.attributes.map(from_item).transpose(),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A ceremony that is under way at this provider, with what the provider told besides; `None` where there is none.
    pub async fn note_elsewhere(
        &self,
        state: &str,
        provider: &str,
        told_name: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(ceremony_key(state)));
        let update = update.update_expression("SET toldName = if_not_exists(toldName, :name)");
        let update = update.condition_expression("provider = :provider AND #ttl > :now");
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":name", s(told_name.unwrap_or_default()));
        let update = update.expression_attribute_values(":provider", s(provider));
        let update = update.expression_attribute_values(":now", n(now.as_second()));
        crate::accounts::changed_item(update).await?.map(from_item).transpose()
    }
}

impl Accounts {
    /// Whose account an identity leads to.
    pub async fn known(&self, identity: &IdentityKey) -> Result<Known, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(identity_key(identity)));
        let found = get.consistent_read(true).send().await?.item;
        let Some(mark) = found.map(from_item::<Mark>).transpose()? else {
            return Ok(Known::Nobody { leftover: None });
        };
        let account = self.get(&mark.user_id).await?;
        Ok(match account.filter(|account| account.links.contains(&mark.link_id)) {
            Some(account) => Known::Account(Box::new(account)),
            None => Known::Nobody { leftover: Some(mark.link_id) },
        })
    }

    /// The links that an account counts on, oldest first.
    pub async fn links(&self, account: &Account) -> Result<Vec<Link>, StorageError> {
        let links = self.all_links(&account.id).await?.into_iter();
        Ok(links.filter(|link| account.links.contains(&link.id)).collect())
    }

    /// Every link under a person, leftovers among them.
    pub(crate) async fn all_links(&self, user: &UserId) -> Result<Vec<Link>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(LinkId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// Links an identity to an account; `false`, and nothing written, where it belongs to somebody by now, or the account was
    /// changed since it was read.
    pub async fn link(
        &self,
        account: &Account,
        link: &Link,
        leftover: Option<&LinkId>,
        event: Action,
    ) -> Result<bool, StorageError> {
        let links = account.links.iter().cloned().chain([link.id.clone()]).collect();
        let mut actions = vec![self.set_links(account, links)?, event.0];
        actions.extend(self.link_items(link, leftover)?);
        Ok(self.transact(actions).await?.is_none())
    }

    /// Takes a link off an account; `false` where the account was changed since it was read: what was a spare way in then may
    /// be the only one now.
    pub async fn unlink(&self, account: &Account, link: &Link, event: Action) -> Result<bool, StorageError> {
        let links = account.links.iter().filter(|id| **id != link.id).cloned().collect();
        let delete = |key: Item| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key));
            let delete = delete.condition_expression("attribute_exists(pk)");
            TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
        };
        let link_key = key2(account.id.as_str(), link.id.as_str());
        let actions =
            vec![self.set_links(account, links)?, delete(identity_key(&link.identity)), delete(link_key), event.0];
        Ok(self.transact(actions).await?.is_none())
    }

    /// Puts an account that begins with a link, with the marks of its address and its identity; `false`, and nothing written,
    /// where one of the two is in use.
    pub async fn register_linked(
        &self,
        account: &Account,
        link: &Link,
        leftover: Option<&LinkId>,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let mut actions = self.registration(account)?;
        actions.extend(self.link_items(link, leftover)?);
        actions.extend(with.into_iter().map(|action| action.0));
        Ok(self.transact(actions).await?.is_none())
    }

    fn link_items(&self, link: &Link, leftover: Option<&LinkId>) -> Result<[TransactWriteItem; 2], StorageError> {
        let mark = Mark { user_id: link.user_id.clone(), link_id: link.id.clone() };
        let mut item = identity_key(&link.identity);
        item.extend(to_item(&mark, &[])?);
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match leftover {
            Some(leftover) => put
                .condition_expression("linkId = :leftover")
                .expression_attribute_values(":leftover", s(leftover.as_str())),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        let mark = TransactWriteItem::builder().put(put.build().expect("table and item are set")).build();
        let keys = [("pk", link.user_id.to_string()), ("sk", link.id.to_string())];
        Ok([mark, self.put_new(to_item(link, &keys)?)])
    }

    /// What the account says of its links, on condition that nothing of it changed since it was read.
    fn set_links(&self, account: &Account, links: Vec<LinkId>) -> Result<TransactWriteItem, StorageError> {
        let update = self.touch(account, "links = :links", "");
        let update = update.condition_expression(format!("{UNMOVED} AND version = :version"));
        let update = update.expression_attribute_values(":version", n(account.version));
        Ok(built(update.expression_attribute_values(":links", serde_dynamo::to_attribute_value(links)?)))
    }
}

fn ceremony_pk(state: &str) -> String {
    format!("STATE#{}", hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, state.as_bytes())))
}

fn ceremony_key(state: &str) -> Item {
    key(ceremony_pk(state))
}

pub(crate) fn identity_key(identity: &IdentityKey) -> Item {
    key2(format!("IDENTITY#{}", identity.0), "IDENTITY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_issuer_and_subject_and_a_store_s_is_its_own() {
        let (store, other) = (StoreId::new(), StoreId::new());
        let key = IdentityKey::new(None, "https://id.example", "1");
        assert_eq!(key, IdentityKey::new(None, "https://id.example", "1"));
        assert_ne!(key, IdentityKey::new(None, "https://id.example1", ""));
        assert_ne!(key, IdentityKey::new(Some(&store), "https://id.example", "1"));
        assert_ne!(
            IdentityKey::new(Some(&other), "https://id.example", "1"),
            IdentityKey::new(Some(&store), "https://id.example", "1")
        );
    }
}
