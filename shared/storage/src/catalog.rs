//! A store's assortment: each product with the store's price, listed by name or price, within a category or not.
//!
//! A listing carries the whole product, so that a page of a list is one query and a product is one read. It follows the
//! catalogue's record of the product: `productVersion` says how far. One whose product is not sold at present is `withdrawn`: it
//! keeps its price and is in no list, no search and no checkout.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, TransactWriteItem};
use sipstr_domain::catalog::{Category, Listing, Product, ProductRecord};
use sipstr_domain::{Money, ProductId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::products::Products;
use crate::transact::{TRIES, left_undone, pause, transact};
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

/// What became of a product that a store wants to sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    Yes,
    /// It is a draft, or archived.
    NotSold,
    /// The product was changed since it was read.
    Stale,
}

/// What became of a listing that follows its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    Yes,
    /// It is as new, or newer, or gone.
    NoNeed,
}

impl Catalog {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// What the store sells.
    pub async fn get(&self, store: &StoreId, product: &ProductId) -> Result<Option<Listing>, StorageError> {
        let key = listing_key(store, product);
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key)).send().await?;
        found.item.filter(|item| !is_withdrawn(item)).map(from_item).transpose()
    }

    /// Which of these the store sells, in no order. At most 100 a call.
    pub async fn get_many(&self, store: &StoreId, products: &[ProductId]) -> Result<Vec<Listing>, StorageError> {
        if products.is_empty() {
            return Ok(Vec::new());
        }
        let keys = products.iter().map(|product| listing_key(store, product)).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build().expect("keys are set");
        let mut wanted = HashMap::from([(self.table.clone(), keys)]);
        let mut found = Vec::new();
        for attempt in 0..TRIES {
            let answer = self.db.batch_get_item().set_request_items(Some(wanted)).send().await?;
            let items = answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default();
            let sold = items.into_iter().filter(|item| !is_withdrawn(item));
            found.extend(sold.map(from_item).collect::<Result<Vec<Listing>, _>>()?);
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if wanted.is_empty() {
                return Ok(found);
            }
            pause(attempt).await;
        }
        Err(left_undone())
    }

    /// Puts a product into a store's assortment at a price, or changes the price that it has there.
    ///
    /// The record is checked in the same transaction: whoever changes the product after that finds the listing and brings it along.
    pub async fn put_listing(
        &self,
        products: &Products,
        store: &StoreId,
        record: &ProductRecord,
        price: Money,
    ) -> Result<Listed, StorageError> {
        let Some(product) = record.sold() else { return Ok(Listed::NotSold) };
        let listing = Listing { store_id: store.clone(), product, price };
        let put = Put::builder().table_name(&self.table).set_item(Some(listing_item(&listing)?));
        let put = TransactWriteItem::builder().put(put.build().expect("table and item are set")).build();
        let refused = transact(&self.db, vec![products.unchanged(record), put], "the listing").await?;
        Ok(if refused.is_none() { Listed::Yes } else { Listed::Stale })
    }

    /// The stores that have a product in their assortment, sold at present or not. One that took it this second may be missing.
    pub async fn stores_of(
        &self,
        product: &ProductId,
        from: Option<PageKey>,
    ) -> Result<(Vec<StoreId>, Option<PageKey>), StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byProduct").limit(100);
        let query = query.key_condition_expression("sk = :product");
        let query = query.expression_attribute_values(":product", s(product.as_str()));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        #[derive(serde::Deserialize)]
        struct Keys {
            pk: StoreId,
        }
        let page = page::<Keys>(found.items, found.last_evaluated_key)?;
        Ok((page.items.into_iter().map(|keys| keys.pk).collect(), page.next))
    }

    /// Brings a listing to a newer version of its product; its price stays. A product that is not sold takes it out of the lists.
    pub async fn follow(&self, store: &StoreId, record: &ProductRecord) -> Result<Followed, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(listing_key(store, &record.id)));
        let update = update.condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(productVersion) OR productVersion < :v)",
        );
        let update = update.expression_attribute_values(":v", n(record.version));
        let update = match record.sold() {
            Some(product) => {
                let mut update = update;
                let mut sets = vec!["productVersion = :v".to_owned()];
                let keys = shown_keys(store, &product).into_iter().map(|(name, value)| (name, s(value)));
                let whole = ("product", serde_dynamo::to_attribute_value(&product)?);
                for (name, value) in keys.chain([whole]) {
                    sets.push(format!("{name} = :{name}"));
                    update = update.expression_attribute_values(format!(":{name}"), value);
                }
                update.update_expression(format!("SET {} REMOVE withdrawn", sets.join(", ")))
            }
            None => update
                .update_expression("SET productVersion = :v, withdrawn = :yes REMOVE listKey, categoryKey")
                .expression_attribute_values(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true)),
        };
        match update.send().await {
            Ok(_) => Ok(Followed::Yes),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(Followed::NoNeed)
            }
            Err(error) => Err(error.into()),
        }
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
            let query = query.filter_expression("attribute_not_exists(withdrawn)");
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

/// Whether an item is in the assortment and not sold at present.
pub(crate) fn is_withdrawn(item: &Item) -> bool {
    item.contains_key("withdrawn")
}

fn listing_item(listing: &Listing) -> Result<Item, StorageError> {
    let (store, product) = (&listing.store_id, &listing.product);
    let mut keys = vec![
        ("pk", store.to_string()),
        ("sk", product.id.to_string()),
        // Zero-padded, so that the order of text is the order of numbers.
        ("priceKey", format!("{:012}#{}", listing.price.amount, product.id.suffix())),
    ];
    keys.extend(shown_keys(store, product));
    let mut item = to_item(listing, &keys)?;
    item.insert("productVersion".to_owned(), n(product.catalogued.version));
    Ok(item)
}

/// What puts a listing into lists and follows from its product.
fn shown_keys(store: &StoreId, product: &Product) -> [(&'static str, String); 3] {
    [
        ("listKey", store.to_string()),
        ("categoryKey", format!("{store}#{}", product.category)),
        ("nameKey", format!("{}#{}", product.name.to_lowercase(), product.id.suffix())),
    ]
}
