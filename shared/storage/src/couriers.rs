//! Couriers on shift, found by id or, while they are free, by the cell they are in.

use aws_sdk_dynamodb::types::Put;
use sipstr_domain::delivery::Courier;
use sipstr_domain::geo::Point;
use sipstr_domain::{CourierId, DeliveryId};

use crate::item::{from_item, key, n, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Couriers {
    db: Db,
    table: String,
}

impl Couriers {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &CourierId) -> Result<Option<Courier>, StorageError> {
        let key = key(id.as_str());
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await?;
        found.item.map(from_item).transpose()
    }

    /// Free couriers within about 8 km of a place.
    pub async fn free_near(&self, place: Point) -> Result<Vec<Courier>, StorageError> {
        let mut found = Vec::new();
        for cell in place.cell().neighbourhood() {
            let query = self.db.query().table_name(&self.table).index_name("byFree");
            let query = query.key_condition_expression("freeCell = :c");
            let answer = query.expression_attribute_values(":c", s(cell.to_string())).send().await?;
            for item in answer.items.unwrap_or_default() {
                found.push(from_item(item)?);
            }
        }
        Ok(found)
    }

    /// Puts a courier who was read before, busy with this delivery or free, unless somebody changed them meanwhile.
    pub(crate) fn put_if_unchanged(
        &self,
        before: &Courier,
        busy_with: Option<&DeliveryId>,
    ) -> Result<Put, StorageError> {
        let next = Courier { version: before.version + 1, delivery_id: busy_with.cloned(), ..before.clone() };
        let put = Put::builder().table_name(&self.table).set_item(Some(courier_item(&next)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        Ok(put.build().expect("table and item are set"))
    }

    /// Removes a courier who has nothing to deliver; nothing happens where there is none, or one who has.
    pub async fn remove(&self, id: &CourierId) -> Result<(), StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(key(id.as_str())));
        match delete.condition_expression("attribute_not_exists(deliveryId)").send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a courier as they shall be: for the loader of the demo city.
    pub async fn put(&self, courier: &Courier) -> Result<(), StorageError> {
        self.db.put_item().table_name(&self.table).set_item(Some(courier_item(courier)?)).send().await?;
        Ok(())
    }
}

fn courier_item(courier: &Courier) -> Result<crate::Item, StorageError> {
    let mut item = to_item(courier, &[("pk", courier.id.to_string())])?;
    if courier.on_shift && courier.delivery_id.is_none() {
        item.insert("freeCell".to_owned(), s(courier.position.cell().to_string()));
    }
    Ok(item)
}
