//! Everything that pricing and placing need to know, in one batch read over all tables.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use sipstr_domain::account::Address;
use sipstr_domain::cart::CartLine;
use sipstr_domain::catalog::Listing;
use sipstr_domain::order::Order;
use sipstr_domain::promotion::{PromoCode, Promotion};
use sipstr_domain::stock::{Bucket, Shelf};
use sipstr_domain::store::Store;
use sipstr_domain::{AddressId, OrderId, ProductId, StoreId, UserId};

use crate::accounts::{Account, account_key, address_key};
use crate::catalog::listing_key;
use crate::inventory::bucket_key;
use crate::item::{Item, from_item, key};
use crate::orders::order_of;
use crate::promotions::use_key;
use crate::stores::store_key;
use crate::transact::{TRIES, left_undone, pause};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Checkout {
    pub db: Db,
    pub accounts_table: String,
    pub stores_table: String,
    pub catalog_table: String,
    pub inventory_table: String,
    pub promotions_table: String,
    /// `None` where the function has no business with orders.
    pub orders_table: Option<String>,
}

/// What is asked about.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub customer: &'a UserId,
    pub store: &'a StoreId,
    pub address: Option<&'a AddressId>,
    pub lines: &'a [CartLine],
    pub promo_code: Option<&'a PromoCode>,
    /// The order that this request would make, if it made it before.
    pub order: Option<&'a OrderId>,
}

/// What was found; what is missing is missing.
#[derive(Debug, Default)]
pub struct Facts {
    pub account: Option<Account>,
    pub address: Option<Address>,
    pub store: Option<Store>,
    pub listings: HashMap<ProductId, Listing>,
    pub shelves: HashMap<ProductId, Shelf>,
    pub promotion: Option<Promotion>,
    pub promotion_used_by_customer: bool,
    pub order: Option<Order>,
}

impl Checkout {
    /// One round trip for up to 100 items; the fullest cart needs two.
    pub async fn read(&self, question: &Question<'_>) -> Result<Facts, StorageError> {
        let mut wanted: Vec<(&str, Item)> = vec![
            (&self.accounts_table, account_key(question.customer)),
            (&self.stores_table, store_key(question.store)),
        ];
        if let Some(address) = question.address {
            wanted.push((&self.accounts_table, address_key(question.customer, address)));
        }
        if let Some(code) = question.promo_code {
            wanted.push((&self.promotions_table, key(code.as_str())));
            wanted.push((&self.promotions_table, use_key(code, question.customer)));
        }
        if let (Some(table), Some(order)) = (&self.orders_table, question.order) {
            wanted.push((table, key(order.as_str())));
        }
        for line in question.lines {
            wanted.push((&self.catalog_table, listing_key(question.store, &line.product_id)));
            wanted.push((&self.inventory_table, bucket_key(question.store, &line.product_id, 0)));
        }
        let mut facts = Facts::default();
        for chunk in wanted.chunks(100) {
            self.read_batch(chunk, &mut facts).await?;
        }
        Ok(facts)
    }

    async fn read_batch(&self, wanted: &[(&str, Item)], facts: &mut Facts) -> Result<(), StorageError> {
        let mut by_table: HashMap<String, Vec<Item>> = HashMap::new();
        for (table, key) in wanted {
            by_table.entry((*table).to_owned()).or_default().push(key.clone());
        }
        let mut requests: HashMap<String, KeysAndAttributes> = by_table
            .into_iter()
            .map(|(table, keys)| {
                let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
                (table, keys.expect("keys are set"))
            })
            .collect();
        for attempt in 0..TRIES {
            let answer = self.db.batch_get_item().set_request_items(Some(requests)).send().await?;
            for (table, items) in answer.responses.unwrap_or_default() {
                for item in items {
                    self.note(&table, item, facts)?;
                }
            }
            requests = answer.unprocessed_keys.unwrap_or_default();
            if requests.is_empty() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(left_undone())
    }

    fn note(&self, table: &str, item: Item, facts: &mut Facts) -> Result<(), StorageError> {
        let attribute = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map(String::as_str).unwrap_or_default();
        if table == self.accounts_table {
            match attribute("sk") {
                "ACCOUNT" => facts.account = Some(from_item(item)?),
                _ => facts.address = Some(from_item(item)?),
            }
        } else if table == self.stores_table {
            facts.store = Some(from_item(item)?);
        } else if table == self.catalog_table {
            let listing: Listing = from_item(item)?;
            facts.listings.insert(listing.product.id.clone(), listing);
        } else if table == self.inventory_table {
            let bucket: Bucket = from_item(item)?;
            let mut shelf = Shelf::new(bucket.of);
            shelf.see(bucket.number, bucket.available);
            facts.shelves.insert(bucket.product_id, shelf);
        } else if table == self.promotions_table {
            match attribute("pk").starts_with("USE#") {
                true => facts.promotion_used_by_customer = true,
                false => facts.promotion = Some(from_item(item)?),
            }
        } else {
            facts.order = Some(order_of(item)?);
        }
        Ok(())
    }
}
