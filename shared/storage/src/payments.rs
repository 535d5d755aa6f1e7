//! What providers did: append-only entries of an order, each named by its kind and the provider's reference.

use sipstr_domain::OrderId;
use sipstr_domain::payment::{EntryKind, PaymentEntry};

use crate::item::{from_item, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Payments {
    db: Db,
    table: String,
}

impl Payments {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Appends an entry; `false` where the same report was written before.
    pub async fn append(&self, entry: &PaymentEntry) -> Result<bool, StorageError> {
        let sk = format!("{}#{}", entry.kind.as_str(), entry.reference);
        let item = to_item(entry, &[("pk", entry.order_id.to_string()), ("sk", sk)])?;
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Every entry of an order, oldest first.
    pub async fn of_order(&self, order: &OrderId) -> Result<Vec<PaymentEntry>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).key_condition_expression("pk = :pk");
        let found = query.expression_attribute_values(":pk", s(order.as_str())).send().await?;
        let entries =
            found.items.unwrap_or_default().into_iter().map(from_item).collect::<Result<Vec<PaymentEntry>, _>>();
        let mut entries = entries?;
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }
}

/// The sum of an order's entries of one kind, in minor units.
pub fn sum(entries: &[PaymentEntry], kind: EntryKind) -> i64 {
    entries.iter().filter(|entry| entry.kind == kind).map(|entry| entry.money.amount).sum()
}
