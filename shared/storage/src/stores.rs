//! Stores, found by id or by the cell they lie in, and who belongs to their staff.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | store | store id | `STORE` |
//! | member of the staff | `STORE#<store id>` | user id |
//! | its own identity provider | `SIGNON#<store id>` | `SIGNON` |

use sipstr_domain::books::Commission;
use sipstr_domain::geo::Point;
use sipstr_domain::store::Store;
use sipstr_domain::{StoreId, UserId};

use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Stores {
    pub(crate) db: Db,
    pub(crate) table: String,
}

impl Stores {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &StoreId) -> Result<Option<Store>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(store_key(id))).send().await?;
        found.item.map(from_item).transpose()
    }

    /// Stores that deliver to this place, nearest first. Finds those within 8 km: see [`sipstr_domain::geo::Cell`].
    pub async fn near(&self, place: Point) -> Result<Vec<Store>, StorageError> {
        let mut found: Vec<Store> = Vec::new();
        let queries = place.cell().neighbourhood().into_iter().map(|cell| {
            let query = self.db.query().table_name(&self.table).index_name("byCell");
            let query = query.key_condition_expression("cell = :c");
            query.expression_attribute_values(":c", s(cell.to_string())).send()
        });
        for answer in futures::future::join_all(queries).await {
            for item in answer?.items.unwrap_or_default() {
                found.push(from_item(item)?);
            }
        }
        found.retain(|store| store.delivers_to(place));
        found.sort_by_key(|store| (store.location.metres_to(place), store.id.clone()));
        Ok(found)
    }

    /// Writes a store as it shall be: for the loader of the demo city.
    pub async fn put(&self, store: &Store) -> Result<(), StorageError> {
        let keys =
            [("pk", store.id.to_string()), ("sk", "STORE".to_owned()), ("cell", store.location.cell().to_string())];
        let item = to_item(store, &keys)?;
        self.db.put_item().table_name(&self.table).set_item(Some(item)).send().await?;
        Ok(())
    }

    /// Says what the platform keeps of the next orders there; `false` where there is no such store.
    pub async fn set_commission(&self, id: &StoreId, commission: Commission) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(store_key(id)));
        let update = update.update_expression("SET commission = :c").condition_expression("attribute_exists(pk)");
        match update.expression_attribute_values(":c", n(commission.basis_points())).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Everybody of a store's staff. What each may do there stands in their account.
    pub async fn members(&self, id: &StoreId) -> Result<Vec<UserId>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let found = query.expression_attribute_values(":pk", s(members_key(id))).send().await?;
        let ids =
            found.items.unwrap_or_default().into_iter().filter_map(|item| item.get("sk")?.as_s().ok()?.parse().ok());
        Ok(ids.collect())
    }

    /// Adds somebody to a store's staff; nothing changes where they belong to it.
    pub async fn add_member(&self, id: &StoreId, user: &UserId) -> Result<(), StorageError> {
        let item = member_key(id, user);
        self.db.put_item().table_name(&self.table).set_item(Some(item)).send().await?;
        Ok(())
    }
}

pub(crate) fn member_key(id: &StoreId, user: &UserId) -> Item {
    key2(members_key(id), user.as_str())
}

pub(crate) fn members_key(id: &StoreId) -> String {
    format!("STORE#{id}")
}

pub(crate) fn store_key(id: &StoreId) -> Item {
    key2(id.as_str(), "STORE")
}
