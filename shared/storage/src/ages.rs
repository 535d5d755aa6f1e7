//! Checks of somebody's age. An open one lies under its person (`pk` user id, `sk` `AGE`) and is forgotten after a day; what came of
//! it stands in the account.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;
use sipstr_domain::age::{AgeAssurance, CHECK_LIFE};

use crate::accounts::{Account, Accounts};
use crate::credentials::built;
use crate::item::{from_item, key2, n, s, to_item};
use crate::{Action, StorageError};

/// A check that somebody else makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgeCheckOpen {
    /// The verifier's name for it.
    pub reference: String,
    pub started_at: Timestamp,
}

impl Accounts {
    /// Notes that a check was opened. A newer one takes the place of an older one: the person began again.
    pub async fn open_age_check(&self, user: &UserId, check: &AgeCheckOpen) -> Result<(), StorageError> {
        let mut item = to_item(check, &[("pk", user.to_string()), ("sk", "AGE".to_owned())])?;
        item.insert("ttl".to_owned(), n((check.started_at + CHECK_LIFE).as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR startedAt <= :at");
        match put.expression_attribute_values(":at", s(check.started_at.to_string())).send().await {
            Ok(_) => Ok(()),
            // One that was begun later is the one that counts.
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub async fn age_check(&self, user: &UserId, now: Timestamp) -> Result<Option<AgeCheckOpen>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(user.as_str(), "AGE")));
        let found: Option<AgeCheckOpen> = get.consistent_read(true).send().await?.item.map(from_item).transpose()?;
        Ok(found.filter(|check| now < check.started_at + CHECK_LIFE))
    }

    /// Writes down what came of a check, once. `false` where it is not the open one any more, or the account was secured anew.
    pub async fn settle_age(
        &self,
        account: &Account,
        check: &AgeCheckOpen,
        assurance: AgeAssurance,
        event: Action,
    ) -> Result<bool, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key2(account.id.as_str(), "AGE")));
        let delete = delete.condition_expression("#reference = :reference");
        let delete = delete.expression_attribute_names("#reference", "reference");
        let delete = delete.expression_attribute_values(":reference", s(&check.reference));
        let delete = delete.build().expect("table and key are set");
        let update = self.touch(account, "age = :age", "");
        let update = update.expression_attribute_values(":age", serde_dynamo::to_attribute_value(assurance)?);
        let actions = vec![TransactWriteItem::builder().delete(delete).build(), built(update), event.0];
        Ok(self.transact(actions).await?.is_none())
    }
}
