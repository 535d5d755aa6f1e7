//! A store's assortment: each product with the store's price, listed by name or price, within a category or not.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | listing | store id | product id |
//! | what was asked from an instant on | `H#<store>#<product>` | the instant |
//!
//! A listing carries the whole product, so that a page of a list is one query and a product is one read. It follows the
//! catalogue's record of the product: `productVersion` says how far. The keys of lists are written only for what is shown, and
//! `dueKey` only where a schedule will change the price.

mod bulk;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, PutRequest, TransactWriteItem, WriteRequest};
use jiff::Timestamp;
use sipstr_domain::catalog::{Category, Listing, ProductRecord};
use sipstr_domain::terms::{LOOK_BACK, PriceChange, Reduction, lowest_before};
use sipstr_domain::{ProductId, StoreId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::{Action, TRIES, left_undone, pause, transact};
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
    /// It is in the assortment already.
    Before,
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
        Ok(found.item.map(from_item).transpose()?.filter(Listing::is_shown))
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
            let listings = items.into_iter().map(from_item).collect::<Result<Vec<Listing>, _>>()?;
            found.extend(listings.into_iter().filter(Listing::is_shown));
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if wanted.is_empty() {
                return Ok(found);
            }
            pause(attempt).await;
        }
        Err(left_undone())
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

    /// Brings a listing to a newer version of its product; what the store asks for it stays. A product that is not sold takes it
    /// out of the lists.
    pub async fn follow(&self, store: &StoreId, record: &ProductRecord) -> Result<Followed, StorageError> {
        for attempt in 0..TRIES {
            let Some(before) = self.get_now(store, &record.id).await? else { return Ok(Followed::NoNeed) };
            if before.product.catalogued.version >= record.version {
                return Ok(Followed::NoNeed);
            }
            let after = before.clone().following(record);
            let put = Put::builder().table_name(&self.table).set_item(Some(listing_item(&after)?));
            if self.write(unchanged(put, &before), &after, &[]).await? {
                return Ok(Followed::Yes);
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the listing"))
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
            listings.extend(page.items.into_iter().filter(Listing::is_shown));
            match page.next {
                Some(next) => from = Some(next),
                None => return Ok(listings),
            }
        }
    }

    /// A store's assortment page by page, with what is not shown: for its staff.
    pub async fn all(&self, store: &StoreId, limit: i32, from: Option<PageKey>) -> Result<Page<Listing>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(store.as_str())).consistent_read(true);
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// The listing as it is now: for whoever will change it.
    pub async fn get_now(&self, store: &StoreId, product: &ProductId) -> Result<Option<Listing>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(listing_key(store, product)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Takes a product into an assortment. `unless_changed` checks its record in the same transaction: whoever changes the product
    /// after that finds the listing and brings it along.
    pub async fn add(
        &self,
        listing: &Listing,
        changes: &[PriceChange],
        unless_changed: Option<Action>,
    ) -> Result<Listed, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(listing_item(listing)?));
        let put = put.condition_expression("attribute_not_exists(pk)");
        let mut actions = self.actions(put, listing, changes)?;
        actions.extend(unless_changed.map(|action| action.0));
        Ok(match transact(&self.db, actions, "the listing").await?.as_deref() {
            None => Listed::Yes,
            Some([true, ..]) => Listed::Before,
            Some(_) => Listed::Stale,
        })
    }

    /// Changes a listing that is still what it was, and says what it is now; `None` where somebody changed it meanwhile. A price
    /// that is lower for a while is compared with what was asked before it.
    pub async fn change(
        &self,
        before: &Listing,
        mut after: Listing,
        changes: &[PriceChange],
        now: Timestamp,
    ) -> Result<Option<Listing>, StorageError> {
        if let Some(since) = after.unexplained_reduction(now) {
            let mut history = self.history_before(&after, since).await?;
            history.extend(changes.iter().cloned());
            after.terms.reduction = Some(Reduction { since, lowest_before: lowest_before(&history, since) });
        }
        let put = Put::builder().table_name(&self.table).set_item(Some(listing_item(&after)?));
        Ok(self.write(unchanged(put, before), &after, changes).await?.then_some(after))
    }

    /// Takes a product out of an assortment; what was asked for it stays. `false` where somebody changed it meanwhile.
    pub async fn remove(&self, before: &Listing) -> Result<bool, StorageError> {
        let key = listing_key(&before.store_id, &before.product.id);
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(key));
        let delete = delete.condition_expression("terms.version = :v");
        match delete.expression_attribute_values(":v", n(before.terms.version)).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Listings whose price a schedule has changed by now, or will within the second.
    pub async fn due(&self, now: Timestamp, most: i32) -> Result<Vec<(StoreId, ProductId)>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byDue").limit(most);
        let query = query.key_condition_expression("dueKey = :key AND dueAt <= :now");
        let query = query.expression_attribute_values(":key", s(DUE));
        let found = query.expression_attribute_values(":now", n(now.as_second())).send().await?;
        let id = |item: &Item, name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let ids = found.items.unwrap_or_default().into_iter().filter_map(|item| {
            Some((StoreId::try_from(id(&item, "pk")?).ok()?, ProductId::try_from(id(&item, "sk")?).ok()?))
        });
        Ok(ids.collect())
    }

    /// What was asked for a product at a store, the newest first.
    pub async fn history(
        &self,
        (store, product): (&StoreId, &ProductId),
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<PriceChange>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.consistent_read(true).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(history_pk(store, product)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// The history that says what was the lowest price of the days before an instant.
    async fn history_before(&self, listing: &Listing, at: Timestamp) -> Result<Vec<PriceChange>, StorageError> {
        let begin = at.checked_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
        let (mut history, mut from) = (Vec::<PriceChange>::new(), None);
        loop {
            let page = self.history((&listing.store_id, &listing.product.id), 50, from).await?;
            history.extend(page.items);
            // The first that is older held when those days began.
            match page.next.filter(|_| history.last().is_some_and(|change| change.at > begin)) {
                Some(next) => from = Some(next),
                None => return Ok(history),
            }
        }
    }

    async fn write(&self, put: PutBuilder, listing: &Listing, changes: &[PriceChange]) -> Result<bool, StorageError> {
        Ok(transact(&self.db, self.actions(put, listing, changes)?, "the listing").await?.is_none())
    }

    fn actions(
        &self,
        put: PutBuilder,
        listing: &Listing,
        changes: &[PriceChange],
    ) -> Result<Vec<TransactWriteItem>, StorageError> {
        let action = |put: PutBuilder| {
            let put = put.build().expect("table and item are set");
            TransactWriteItem::builder().put(put).build()
        };
        let mut actions = vec![action(put)];
        for change in changes {
            // Whoever notes the same edge notes the same.
            let item = history_item(listing, change)?;
            actions.push(action(Put::builder().table_name(&self.table).set_item(Some(item))));
        }
        Ok(actions)
    }

    /// Writes listings as they shall be, each with the beginning of its history where it says when that was: for the loader of
    /// the demo city.
    pub async fn put_many(&self, listings: &[Listing]) -> Result<(), StorageError> {
        let mut items = Vec::new();
        for listing in listings {
            items.push(listing_item(listing)?);
            if let Some(since) = listing.terms.settled_at {
                items.push(history_item(listing, &listing.loaded(since))?);
            }
        }
        for batch in items.chunks(25) {
            self.put_batch(batch).await?;
        }
        Ok(())
    }

    async fn put_batch(&self, items: &[Item]) -> Result<(), StorageError> {
        let put = |item: &Item| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().expect("the item is set");
            WriteRequest::builder().put_request(put).build()
        };
        let mut requests: Vec<WriteRequest> = items.iter().map(put).collect();
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

const DUE: &str = "PRICE";

/// On condition that a listing is what it was: its terms and its product by their versions, what schedules did by when it was
/// noted.
fn unchanged(put: PutBuilder, before: &Listing) -> PutBuilder {
    let put = put.expression_attribute_values(":v", n(before.terms.version));
    let put = put.expression_attribute_values(":product", n(before.product.catalogued.version));
    let settled = |so: &str| format!("terms.version = :v AND productVersion = :product AND {so}");
    match before.terms.settled_at {
        None => put.condition_expression(settled("attribute_not_exists(terms.settledAt)")),
        Some(at) => {
            let put = put.expression_attribute_values(":at", s(at.to_string()));
            put.condition_expression(settled("terms.settledAt = :at"))
        }
    }
}

pub(crate) fn listing_key(store: &StoreId, product: &ProductId) -> Item {
    key2(store.as_str(), product.as_str())
}

fn history_pk(store: &StoreId, product: &ProductId) -> String {
    format!("H#{store}#{product}")
}

fn history_item(listing: &Listing, change: &PriceChange) -> Result<Item, StorageError> {
    let pk = history_pk(&listing.store_id, &listing.product.id);
    // Nine digits of a second, so that times sort as text.
    to_item(change, &[("pk", pk), ("sk", format!("{:.9}", change.at))])
}

fn listing_item(listing: &Listing) -> Result<Item, StorageError> {
    let (store, product) = (&listing.store_id, &listing.product);
    let mut keys = vec![("pk", store.to_string()), ("sk", product.id.to_string())];
    if listing.is_shown() {
        keys.extend([
            ("listKey", store.to_string()),
            ("categoryKey", format!("{store}#{}", product.category)),
            ("nameKey", format!("{}#{}", product.name.to_lowercase(), product.id.suffix())),
            // Zero-padded, so that the order of text is the order of numbers.
            ("priceKey", format!("{:012}#{}", listing.listed_amount(), product.id.suffix())),
        ]);
    }
    let mut item = to_item(listing, &keys)?;
    item.insert("productVersion".to_owned(), n(product.catalogued.version));
    if let Some(edge) = listing.next_edge() {
        item.insert("dueKey".to_owned(), s(DUE));
        item.insert("dueAt".to_owned(), n(edge.as_second()));
    }
    Ok(item)
}
