//! Many listings at once, for whoever compares a whole file with an assortment.

use sipstr_domain::catalog::Listing;
use sipstr_domain::{ProductId, StoreId};

use super::{Catalog, listing_key};
use crate::StorageError;
use crate::item::from_item;
use crate::transact::batch_get;

impl Catalog {
    /// Which of these are in the assortment now, shown or not, in no order.
    pub async fn get_all_now(&self, store: &StoreId, products: &[ProductId]) -> Result<Vec<Listing>, StorageError> {
        let keys = products.iter().map(|product| listing_key(store, product)).collect();
        let items = batch_get(&self.db, &self.table, keys).await?;
        items.into_iter().map(from_item).collect()
    }
}
