//! A store's assortment: each product with the store's price, listed by name or price, within a category or not.
//!
//! A listing carries the whole product, so that a page of a list is one query and a product is one read.

use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::{ProductId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key2, page, s, start_key, to_item};
use crate::transact::{TRIES, left_undone, pause};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Catalog {
    db: Db,
    table: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    Name,
    PriceAscending,
    PriceDescending,
}

impl Catalog {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, store: &StoreId, product: &ProductId) -> Result<Option<Listing>, StorageError> {
        let key = listing_key(store, product);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).send().await?;
        found.item.map(from_item).transpose()
    }

    /// One page of a store's assortment.
    pub async fn list(
        &self,
        store: &StoreId,
        category: Option<Category>,
        sort: Sort,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Listing>, StorageError> {
        let (index, attribute, value) = match (category, sort) {
            (None, Sort::Name) => ("byName", "listKey", store.to_string()),
            (None, _) => ("byPrice", "listKey", store.to_string()),
            (Some(category), Sort::Name) => ("byCategoryName", "categoryKey", format!("{store}#{category}")),
            (Some(category), _) => ("byCategoryPrice", "categoryKey", format!("{store}#{category}")),
        };
        let query = self.db.query().table_name(&self.table).index_name(index).limit(limit);
        let query = query.scan_index_forward(sort != Sort::PriceDescending).key_condition_expression("#a = :v");
        let query = query.expression_attribute_names("#a", attribute).expression_attribute_values(":v", s(value));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// The whole assortment of a store, for a search in memory.
    pub async fn assortment(&self, store: &StoreId) -> Result<Vec<Listing>, StorageError> {
        let mut listings = Vec::new();
        let mut from = None;
        loop {
            let query = self.db.query().table_name(&self.table).key_condition_expression("pk = :pk");
            let query = query.expression_attribute_values(":pk", s(store.as_str()));
            let found = query.set_exclusive_start_key(start_key(from)).send().await?;
            let page = page(found.items, found.last_evaluated_key)?;
            listings.extend(page.items);
            match page.next {
                Some(next) => from = Some(next),
                None => return Ok(listings),
            }
        }
    }

    /// Writes listings as they shall be: for the loader of the demo city. At most 25 a call.
    pub async fn put_many(&self, listings: &[Listing]) -> Result<(), StorageError> {
        use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
        let mut requests = Vec::new();
        for listing in listings {
            let put = PutRequest::builder().set_item(Some(listing_item(listing)?)).build().expect("the item is set");
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        for attempt in 0..TRIES {
            let answer = self.db.batch_write_item().request_items(&self.table, requests).send().await?;
            requests = answer.unprocessed_items.unwrap_or_default().remove(&self.table).unwrap_or_default();
            if requests.is_empty() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(left_undone())
    }
}

pub(crate) fn listing_key(store: &StoreId, product: &ProductId) -> Item {
    key2(store.as_str(), product.as_str())
}

fn listing_item(listing: &Listing) -> Result<Item, StorageError> {
    let (store, product) = (&listing.store_id, &listing.product);
    let keys = [
        ("pk", store.to_string()),
        ("sk", product.id.to_string()),
        ("listKey", store.to_string()),
        ("categoryKey", format!("{store}#{}", product.category)),
        ("nameKey", format!("{}#{}", product.name.to_lowercase(), product.id.suffix())),
        // Zero-padded, so that the order of text is the order of numbers.
        ("priceKey", format!("{:012}#{}", listing.price.amount, product.id.suffix())),
    ];
    to_item(listing, &keys)
}
