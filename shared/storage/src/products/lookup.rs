//! Products by what others call them, many at once.

use std::collections::HashMap;

use serde::Deserialize;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{Gtin, Slug};

use super::{Products, plan};
use crate::StorageError;
use crate::item::{from_item, key2};
use crate::transact::batch_get;

impl Products {
    /// Whose slugs these are, or were.
    pub async fn of_slugs(&self, slugs: &[Slug]) -> Result<HashMap<Slug, ProductId>, StorageError> {
        self.owners(slugs, plan::slug_fence).await
    }

    /// Who has these bar codes.
    pub async fn of_gtins(&self, gtins: &[Gtin]) -> Result<HashMap<Gtin, ProductId>, StorageError> {
        self.owners(gtins, plan::gtin_fence).await
    }

    async fn owners<T>(&self, names: &[T], fence: impl Fn(&T) -> String) -> Result<HashMap<T, ProductId>, StorageError>
    where
        T: Clone + Eq + std::hash::Hash,
    {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fence {
            pk: String,
            product_id: ProductId,
        }
        let names: HashMap<String, &T> = names.iter().map(|name| (fence(name), name)).collect();
        let keys = names.keys().map(|pk| key2(pk, "FENCE")).collect();
        let mut owners = HashMap::new();
        for item in batch_get(&self.db, &self.table, keys).await? {
            let fence: Fence = from_item(item)?;
            if let Some(name) = names.get(&fence.pk) {
                owners.insert((*name).clone(), fence.product_id);
            }
        }
        Ok(owners)
    }
}
