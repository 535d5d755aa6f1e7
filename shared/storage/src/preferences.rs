//! What somebody prefers, and the history of what they allowed. Both lie in the table of accounts, under their person.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | preferences | user id | `PREFERENCES` |
//! | consent | user id | `CONSENT#<time>#<id>` |

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::preference::{Marketing, Preferences};
use sipstr_domain::{EventId, UserId};

use crate::StorageError;
use crate::accounts::Accounts;
use crate::item::{Page, PageKey, from_item, key2, n, page, s, start_key, to_item};

/// Preferences with the version that an edit names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// 0 where nothing was ever chosen.
    pub version: u64,
    pub preferences: Preferences,
}

/// What somebody allowed at a time, as it was put to them; written once and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    pub id: EventId,
    pub at: Timestamp,
    pub marketing: Marketing,
    /// Version of the words that were agreed to.
    pub wording: String,
}

impl Accounts {
    pub async fn preferences(&self, id: &UserId) -> Result<Kept, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(id.as_str(), "PREFERENCES")));
        Ok(get.consistent_read(true).send().await?.item.map(from_item).transpose()?.unwrap_or_default())
    }

    /// Keeps preferences on condition that they are still of the version before; a change of what is allowed writes its
    /// consent in the same transaction. `false`, and nothing written, where somebody was faster.
    pub async fn keep_preferences(
        &self,
        id: &UserId,
        before: u64,
        kept: &Kept,
        consent: Option<&Consent>,
    ) -> Result<bool, StorageError> {
        let item = to_item(kept, &[("pk", id.to_string()), ("sk", "PREFERENCES".to_owned())])?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = if before == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            let put = put.condition_expression("#version = :before").expression_attribute_names("#version", "version");
            put.expression_attribute_values(":before", n(before))
        };
        let put = put.build().expect("table and item are set");
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        if let Some(consent) = consent {
            let sk = format!("CONSENT#{}#{}", consent.at, consent.id.suffix());
            actions.push(self.put_new(to_item(consent, &[("pk", id.to_string()), ("sk", sk)])?));
        }
        Ok(self.transact(actions).await?.is_none())
    }

    /// What a person allowed when, newest first.
    pub async fn consents(
        &self,
        id: &UserId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Consent>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(id.as_str()));
        let query = query.expression_attribute_values(":prefix", s("CONSENT#"));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }
}
