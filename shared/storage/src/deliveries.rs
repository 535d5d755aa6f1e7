//! Deliveries, found by id, courier, store, or because they wait for a courier.

use aws_sdk_dynamodb::types::Put;
use sipstr_domain::delivery::{Delivery, DeliveryState};
use sipstr_domain::privacy::{is_without_person, without_person};
use sipstr_domain::{CourierId, DeliveryId, OrderId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key, n, page, s, start_key, to_item};
use crate::{Db, StorageError};

/// How many partitions the index of open deliveries has: enough for 2,000 new ones a second.
const OPEN_SHARDS: u8 = 4;

#[derive(Debug, Clone)]
pub struct Deliveries {
    db: Db,
    table: String,
}

impl Deliveries {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &DeliveryId) -> Result<Option<Delivery>, StorageError> {
        let key = key(id.as_str());
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    /// Adds a delivery; `false` where the order has one already.
    pub async fn add(&self, delivery: &Delivery) -> Result<bool, StorageError> {
        let put = self.db.put_item().table_name(&self.table).set_item(Some(delivery_item(delivery)?));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the next version of a delivery, unless somebody else was faster.
    pub(crate) fn put_if_unchanged(&self, before: &Delivery, after: &Delivery) -> Result<Put, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(delivery_item(after)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        Ok(put.build().expect("table and item are set"))
    }

    /// Takes the person out of the delivery of an order that is over, if it had one.
    pub async fn forget_person(&self, order: &OrderId) -> Result<(), StorageError> {
        let Some(delivery) = self.get(&DeliveryId::of_order(order)).await? else { return Ok(()) };
        if !delivery.state.is_over() || is_without_person(&delivery.drop_off) {
            return Ok(());
        }
        let drop_off = without_person(&delivery.drop_off);
        let next = Delivery { version: delivery.version + 1, drop_off, ..delivery.clone() };
        let put = self.put_if_unchanged(&delivery, &next)?;
        let action = aws_sdk_dynamodb::types::TransactWriteItem::builder().put(put).build();
        match crate::transact::transact(&self.db, vec![action], "the delivery").await? {
            None => Ok(()),
            Some(_) => Err(StorageError::Contended("the delivery")),
        }
    }

    /// All deliveries that wait for a courier, in each partition the oldest first.
    pub async fn open(&self) -> Result<Vec<Delivery>, StorageError> {
        let mut open = Vec::new();
        for shard in 0..OPEN_SHARDS {
            let mut from = None;
            loop {
                let query = self.db.query().table_name(&self.table).index_name("byOpen");
                let query = query.key_condition_expression("openKey = :k");
                let query = query.expression_attribute_values(":k", s(open_key(shard)));
                let found = query.set_exclusive_start_key(start_key(from)).send().await?;
                let page = page(found.items, found.last_evaluated_key)?;
                open.extend(page.items);
                match page.next {
                    Some(next) => from = Some(next),
                    None => break,
                }
            }
        }
        Ok(open)
    }

    /// Newest first.
    pub async fn of_courier(
        &self,
        id: &CourierId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Delivery>, StorageError> {
        self.list("byCourier", "courierId", id.as_str(), limit, from).await
    }

    /// Newest first.
    pub async fn of_store(
        &self,
        id: &StoreId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Delivery>, StorageError> {
        self.list("byStore", "storeId", id.as_str(), limit, from).await
    }

    async fn list(
        &self,
        index: &str,
        attribute: &str,
        value: &str,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Delivery>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name(index).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("#a = :v").expression_attribute_names("#a", attribute);
        let query = query.expression_attribute_values(":v", s(value)).set_exclusive_start_key(start_key(from));
        let found = query.send().await?;
        page(found.items, found.last_evaluated_key)
    }
}

fn delivery_item(delivery: &Delivery) -> Result<Item, StorageError> {
    let created_key = format!("{}#{}", delivery.created_at, delivery.id.suffix());
    let mut item = to_item(delivery, &[("pk", delivery.id.to_string()), ("createdKey", created_key)])?;
    if delivery.state == DeliveryState::Planned {
        let shard = delivery.id.as_str().as_bytes().last().copied().unwrap_or(0) % OPEN_SHARDS;
        item.insert("openKey".to_owned(), s(open_key(shard)));
    }
    Ok(item)
}

fn open_key(shard: u8) -> String {
    format!("open#{shard}")
}
