//! What the nightly closing found: appended, a closing after the other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::books::Finding;

use super::{Books, instant_key};
use crate::StorageError;
use crate::item::{Page, PageKey, page, s, start_key, to_item};

/// One closing. It is written after its findings, so one that is listed is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    pub at: Timestamp,
    /// Orders that were judged.
    pub orders: u64,
    /// Entries that were read and proved.
    pub entries: u64,
    /// Missing entries that were written.
    pub written: u64,
    pub findings: u64,
}

/// A finding with the closing that it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundIn {
    pub closing: Timestamp,
    #[serde(flatten)]
    pub finding: Finding,
}

impl Books {
    /// Writes a finding down; `false` where the same closing found it before.
    pub async fn find(&self, found: &FoundIn) -> Result<bool, StorageError> {
        let Finding { order_id, kind, currency, .. } = &found.finding;
        let sk = format!("{order_id}#{}#{}", kind.as_str(), currency.as_deref().unwrap_or_default());
        self.put_once(found, findings_key(found.closing), sk).await
    }

    /// Writes down that a closing is done.
    pub async fn close(&self, closing: &Closing) -> Result<bool, StorageError> {
        self.put_once(closing, CLOSING.to_owned(), instant_key(closing.at)).await
    }

    /// The newest closing, if there was one.
    pub async fn last_closing(&self) -> Result<Option<Closing>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(1).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(CLOSING));
        let found = query.send().await?;
        Ok(page(found.items, None)?.items.into_iter().next())
    }

    /// What a closing found, by order.
    pub async fn findings(
        &self,
        closing: Timestamp,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<FoundIn>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(findings_key(closing)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    async fn put_once<T: Serialize>(&self, value: &T, pk: String, sk: String) -> Result<bool, StorageError> {
        let item = to_item(value, &[("pk", pk), ("sk", sk)])?;
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

const CLOSING: &str = "CLOSING";

fn findings_key(closing: Timestamp) -> String {
    format!("{CLOSING}#{}", instant_key(closing))
}
