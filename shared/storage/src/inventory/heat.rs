//! How often buyers of a product were in each other's way.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::stock::heat::next_size;
use sipstr_domain::{ProductId, StoreId};

use super::{Inventory, Resized};
use crate::StorageError;
use crate::item::{key2, n, s};

/// Long enough for a person to look at, should somebody ask why a product was split.
const HEAT_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Inventory {
    /// Adds conflicts to those of the minute. It is a measure: a repetition, or one that is lost, changes nothing that anybody owns.
    pub async fn note_heat(
        &self,
        (store, product): (&StoreId, &ProductId),
        (buckets, conflicts): (u16, u32),
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let minute = now.as_second().div_euclid(60);
        let update = self.db.update_item().table_name(&self.table);
        let update = update.set_key(Some(key2(format!("C#{store}#{product}"), format!("{minute:012}#{buckets}"))));
        let update = update.update_expression(
            "SET storeId = :store, productId = :product, buckets = :buckets, #ttl = :ttl ADD conflicts :conflicts",
        );
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":store", s(store.as_str()));
        let update = update.expression_attribute_values(":product", s(product.as_str()));
        let update = update.expression_attribute_values(":buckets", n(buckets));
        let update = update.expression_attribute_values(":conflicts", n(conflicts));
        update.expression_attribute_values(":ttl", n((now + HEAT_LIFE).as_second())).send().await?;
        Ok(())
    }

    /// Gives a product that was fought over with so many buckets the next larger number of them. `None` where that has happened
    /// already, or where there are as many as there may be.
    pub async fn split_hot(
        &self,
        place: (&StoreId, &ProductId),
        buckets: u16,
        now: Timestamp,
    ) -> Result<Option<u16>, StorageError> {
        let Some(first) = self.first_bucket(place.0, place.1).await? else { return Ok(None) };
        let Some(wanted) = next_size(buckets).filter(|_| first.of == buckets) else { return Ok(None) };
        Ok(match self.resize(place, wanted, now).await? {
            Resized::Done => Some(wanted),
            Resized::Superseded { .. } | Resized::Unknown => None,
        })
    }
}
