//! Whole assortments in memory, for searching and browsing, and the tree of categories: at most half a minute old.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::StoreId;
use sipstr_domain::catalog::CategoryTree;
use sipstr_storage::StorageError;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::products::Products;
use tokio::sync::Mutex;

use crate::search::Index;

const LIFE: SignedDuration = SignedDuration::from_secs(30);

/// Stores that an instance keeps: a thousand products take about two megabytes.
const MOST_STORES: usize = 16;

#[derive(Debug, Clone)]
pub struct Assortments {
    catalog: Catalog,
    products: Products,
    tree: Arc<Mutex<Option<KeptTree>>>,
    kept: Arc<Mutex<HashMap<StoreId, Kept>>>,
}

/// The tree, and since when.
type KeptTree = (Timestamp, Arc<CategoryTree>);

#[derive(Debug)]
struct Kept {
    since: Timestamp,
    index: Arc<Index>,
}

impl Assortments {
    pub fn new(catalog: Catalog, products: Products) -> Self {
        Self { catalog, products, tree: Arc::default(), kept: Arc::default() }
    }

    pub async fn tree(&self, now: Timestamp) -> Result<Arc<CategoryTree>, StorageError> {
        let mut kept = self.tree.lock().await;
        if let Some((_, tree)) = kept.as_ref().filter(|(since, _)| now < *since + LIFE) {
            return Ok(tree.clone());
        }
        let tree = Arc::new(self.products.tree().await?);
        *kept = Some((now, tree.clone()));
        Ok(tree)
    }

    pub async fn of(&self, store: &StoreId, now: Timestamp) -> Result<Arc<Index>, StorageError> {
        // Held while the store is read, so that requests at once read it once.
        let mut kept = self.kept.lock().await;
        kept.retain(|_, kept| now < kept.since + LIFE);
        if let Some(kept) = kept.get(store) {
            return Ok(kept.index.clone());
        }
        let index = Arc::new(Index::new(self.catalog.assortment(store).await?));
        if kept.len() >= MOST_STORES {
            let oldest = kept.iter().min_by_key(|(_, kept)| kept.since).map(|(store, _)| store.clone());
            oldest.and_then(|store| kept.remove(&store));
        }
        kept.insert(store.clone(), Kept { since: now, index: index.clone() });
        Ok(index)
    }
}
