//! Whole assortments in memory, for searching: at most half a minute old.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::StoreId;
use sipstr_storage::StorageError;
use sipstr_storage::catalog::Catalog;
use tokio::sync::Mutex;

use crate::search::Index;

const LIFE: SignedDuration = SignedDuration::from_secs(30);

/// Stores that an instance keeps: a thousand products take about two megabytes.
const MOST_STORES: usize = 16;

#[derive(Debug, Clone)]
pub struct Assortments {
    catalog: Catalog,
    kept: Arc<Mutex<HashMap<StoreId, Kept>>>,
}

#[derive(Debug)]
struct Kept {
    since: Timestamp,
    index: Arc<Index>,
}

impl Assortments {
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog, kept: Arc::default() }
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
