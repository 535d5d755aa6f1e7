use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::StoreId;
use sipstr_domain::catalog::{Category, Listing};
use sipstr_storage::catalog::{Catalog, Sort};
use sipstr_storage::{Page, PageKey, StorageError};

/// As long as the CDN may keep an answer, so that a price is shown for half a minute after it has changed, at most. What is
/// ordered is quoted anew.
const FRESH: SignedDuration = SignedDuration::from_secs(15);

/// Pages kept at most; 256 pages of 100 listings are about 20 MB, and a customer rarely goes beyond the third.
const MOST: usize = 256;

/// Pages of listings, kept for a moment in each function instance: a busy page costs no query, only the batch that says
/// what is left of each product.
#[derive(Debug, Clone)]
pub struct Pages {
    catalog: Catalog,
    kept: Arc<Mutex<HashMap<Key, Kept>>>,
}

type Key = (StoreId, Option<Category>, Sort, i32, Option<PageKey>);

#[derive(Debug)]
struct Kept {
    read_at: Timestamp,
    page: Page<Listing>,
}

impl Pages {
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog, kept: Arc::default() }
    }

    pub async fn of(&self, key: Key, now: Timestamp) -> Result<Page<Listing>, StorageError> {
        if let Some(page) = self.fresh(&key, now) {
            return Ok(page);
        }
        let (store, category, sort, limit, from) = key.clone();
        let page = self.catalog.list(&store, category, sort, limit, from).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Kept { read_at: now, page: page.clone() });
        Ok(page)
    }

    fn fresh(&self, key: &Key, now: Timestamp) -> Option<Page<Listing>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|kept| now.duration_since(kept.read_at) < FRESH).map(|kept| kept.page.clone())
    }
}
