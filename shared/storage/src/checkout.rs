//! Everything that pricing and placing need to know, in one batch read over all tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use jiff::Timestamp;
use sipstr_domain::account::Address;
use sipstr_domain::cart::CartLine;
use sipstr_domain::catalog::Listing;
use sipstr_domain::order::Order;
use sipstr_domain::promotion::{Ask, GroupName, PromoCode, Promotion, Standing};
use sipstr_domain::stock::{Bucket, Shelf};
use sipstr_domain::store::Store;
use sipstr_domain::{AddressId, Money, OrderId, ProductId, StoreId, UserId};

use crate::accounts::{Account, account_key, address_key};
use crate::catalog::listing_key;
use crate::credits::{balances, wallet_key};
use crate::inventory::{bucket_key, counter_key, counter_of};
use crate::item::{Item, from_item, key};
use crate::orders::{Orders, order_of};
use crate::promotions::{automatic_keys, group_key, once_key, use_key};
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
    /// `None` where the function has no business with store credit.
    pub credits_table: Option<String>,
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
    /// The promotions that are asked for by a code.
    pub asks: &'a [Ask],
    /// Whether the automatic ones are looked up too.
    pub automatic: bool,
    /// Whether store credit is to pay.
    pub credit: bool,
    /// The order that this request would make, if it made it before.
    pub order: Option<&'a OrderId>,
    /// When it is asked: what the customer ordered on the store's day is read of products with a daily cap.
    pub now: Timestamp,
}

/// What was found; what is missing is missing.
#[derive(Debug, Default)]
pub struct Facts {
    pub account: Option<Account>,
    pub address: Option<Address>,
    pub store: Option<Store>,
    pub listings: HashMap<ProductId, Listing>,
    pub shelves: HashMap<ProductId, Shelf>,
    /// How many the customer ordered today of products with a daily cap; read where it is known who asks.
    pub taken: HashMap<ProductId, u32>,
    pub promotions: BTreeMap<PromoCode, Promotion>,
    /// What is known of the customer and each of them.
    pub standings: HashMap<PromoCode, Standing>,
    /// Whether she has bought before; known where a promotion asks.
    pub has_bought: bool,
    /// The customer's store credit, a currency each.
    pub credit: Vec<Money>,
    pub order: Option<Order>,
}

impl Checkout {
    /// One round trip for up to 100 items; the fullest cart needs two, and one with kits in it one more. What promotions without a
    /// code and daily caps need is read in one more together.
    pub async fn read(&self, question: &Question<'_>) -> Result<Facts, StorageError> {
        let mut wanted: Vec<(&str, Item)> = vec![
            (&self.accounts_table, account_key(question.customer)),
            (&self.stores_table, store_key(question.store)),
        ];
        if let Some(address) = question.address {
            wanted.push((&self.accounts_table, address_key(question.customer, address)));
        }
        for ask in question.asks {
            self.want(&ask.promotion, question.customer, &mut wanted);
            wanted.extend(ask.unique.iter().map(|code| (self.promotions_table.as_str(), once_key(code))));
        }
        if question.automatic {
            wanted.extend(automatic_keys(question.store).map(|key| (self.promotions_table.as_str(), key)));
        }
        if let (Some(table), Some(order)) = (&self.orders_table, question.order) {
            wanted.push((table, key(order.as_str())));
        }
        if let (Some(table), true) = (&self.credits_table, question.credit) {
            wanted.push((table, wallet_key(question.customer)));
        }
        self.want_goods(question.store, question.lines, &mut wanted);
        let mut facts = Facts::default();
        let mut found = Found { customer: Some(question.customer), asks: question.asks, automatic: BTreeSet::new() };
        self.read_all(&wanted, &mut facts, &mut found).await?;
        self.read_parts(question.store, question.lines, &mut facts, &mut found).await?;
        self.read_more(question, &mut facts, &mut found).await?;
        Ok(facts)
    }

    /// What is to be known of the goods alone, whoever asks: the store, its listings and shelves. One round trip for up to 49 lines.
    pub async fn goods(&self, store: &StoreId, lines: &[CartLine]) -> Result<Facts, StorageError> {
        let mut wanted: Vec<(&str, Item)> = vec![(&self.stores_table, store_key(store))];
        self.want_goods(store, lines, &mut wanted);
        let mut facts = Facts::default();
        let mut found = Found { customer: None, asks: &[], automatic: BTreeSet::new() };
        self.read_all(&wanted, &mut facts, &mut found).await?;
        self.read_parts(store, lines, &mut facts, &mut found).await?;
        Ok(facts)
    }

    fn want_goods<'s>(&'s self, store: &StoreId, lines: &[CartLine], wanted: &mut Vec<(&'s str, Item)>) {
        for line in lines {
            self.want_product(store, &line.product_id, wanted);
        }
    }

    fn want_product<'s>(&'s self, store: &StoreId, product: &ProductId, wanted: &mut Vec<(&'s str, Item)>) {
        wanted.push((&self.catalog_table, listing_key(store, product)));
        wanted.push((&self.inventory_table, bucket_key(store, product, 0)));
    }

    /// What kits are made of, as far as it was not read for a line of its own. Without kits there is nothing to read.
    async fn read_parts(
        &self,
        store: &StoreId,
        lines: &[CartLine],
        facts: &mut Facts,
        found: &mut Found<'_>,
    ) -> Result<(), StorageError> {
        let asked: BTreeSet<&ProductId> = lines.iter().map(|line| &line.product_id).collect();
        let kits = facts.listings.values().flat_map(|listing| &listing.product.catalogued.parts);
        let parts: BTreeSet<ProductId> = kits.map(|part| part.id.clone()).filter(|id| !asked.contains(id)).collect();
        let mut wanted = Vec::new();
        for part in &parts {
            self.want_product(store, part, &mut wanted);
        }
        self.read_all(&wanted, facts, found).await
    }

    fn want<'s>(&'s self, promotion: &PromoCode, customer: &UserId, wanted: &mut Vec<(&'s str, Item)>) {
        wanted.push((&self.promotions_table, key(promotion.as_str())));
        wanted.push((&self.promotions_table, use_key(promotion, customer)));
    }

    /// The counters of products with a daily cap; without such a product there are none.
    fn want_counters<'s>(&'s self, question: &Question<'_>, facts: &Facts, wanted: &mut Vec<(&'s str, Item)>) {
        let Some(today) = facts.store.as_ref().map(|store| store.day(question.now)) else { return };
        let capped = facts.shelves.iter().filter(|(_, shelf)| shelf.caps().per_day.is_some());
        let counter = |product| counter_key(question.store, question.customer, today, product);
        wanted.extend(capped.map(|(product, _)| (self.inventory_table.as_str(), counter(product))));
    }

    /// What only some baskets need: promotions that nobody typed, groups of customers, whether this is a first order, and what was
    /// ordered today of products with a daily cap.
    async fn read_more(
        &self,
        question: &Question<'_>,
        facts: &mut Facts,
        found: &mut Found<'_>,
    ) -> Result<(), StorageError> {
        let mut more = Vec::new();
        for code in found.automatic.iter().filter(|code| !facts.promotions.contains_key(code)) {
            self.want(code, question.customer, &mut more);
        }
        self.want_counters(question, facts, &mut more);
        self.read_all(&more, facts, found).await?;
        let groups: BTreeSet<GroupName> =
            facts.promotions.values().flat_map(|promotion| promotion.rules.groups.iter().cloned()).collect();
        let table = self.promotions_table.as_str();
        let more: Vec<_> = groups.iter().map(|group| (table, group_key(group, question.customer))).collect();
        self.read_all(&more, facts, found).await?;
        if facts.promotions.values().any(|promotion| promotion.rules.first_order)
            && let Some(orders) = &self.orders_table
        {
            facts.has_bought = Orders::new(self.db.clone(), orders).has_bought(question.customer).await?;
        }
        Ok(())
    }

    async fn read_all(
        &self,
        wanted: &[(&str, Item)],
        facts: &mut Facts,
        found: &mut Found<'_>,
    ) -> Result<(), StorageError> {
        for chunk in wanted.chunks(100) {
            self.read_batch(chunk, facts, found).await?;
        }
        Ok(())
    }

    async fn read_batch(
        &self,
        wanted: &[(&str, Item)],
        facts: &mut Facts,
        found: &mut Found<'_>,
    ) -> Result<(), StorageError> {
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
                    self.note(&table, item, facts, found)?;
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

    fn note(&self, table: &str, item: Item, facts: &mut Facts, found: &mut Found<'_>) -> Result<(), StorageError> {
        let attribute = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map(String::as_str).unwrap_or_default();
        if table == self.accounts_table {
            match attribute("sk") {
                "ACCOUNT" => facts.account = Some(from_item(item)?),
                _ => facts.address = Some(from_item(item)?),
            }
        } else if table == self.stores_table {
            facts.store = Some(from_item(item)?);
        } else if table == self.catalog_table {
            // One that is not shown is as one that was never there.
            let listing: Listing = from_item(item)?;
            if listing.is_shown() {
                facts.listings.insert(listing.product.id.clone(), listing);
            }
        } else if table == self.inventory_table && attribute("sk") != "BUCKET" {
            facts.taken.extend(counter_of(&item));
        } else if table == self.inventory_table {
            let bucket: Bucket = from_item(item)?;
            let mut shelf = Shelf::new(bucket.of);
            shelf.meet(&bucket);
            facts.shelves.insert(bucket.product_id, shelf);
        } else if table == self.promotions_table {
            found.note(item, facts)?;
        } else if Some(table) == self.credits_table.as_deref() {
            facts.credit = balances(&item);
        } else {
            facts.order = Some(order_of(item)?);
        }
        Ok(())
    }
}

/// What the items of the promotions' table are about.
struct Found<'a> {
    /// `None` where only goods are asked about.
    customer: Option<&'a UserId>,
    asks: &'a [Ask],
    automatic: BTreeSet<PromoCode>,
}

impl Found<'_> {
    fn note(&mut self, item: Item, facts: &mut Facts) -> Result<(), StorageError> {
        let key = item.get("pk").and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
        let code = |text: &str| PromoCode::try_from(text.to_owned()).ok();
        match key.split_once('#') {
            None => {
                let promotion: Promotion = from_item(item)?;
                facts.promotions.insert(promotion.code.clone(), promotion);
            }
            Some(("AUTO", _)) => {
                let codes = item.get("codes").and_then(|codes| codes.as_ss().ok());
                self.automatic.extend(codes.into_iter().flatten().filter_map(|text| code(text)));
            }
            Some(("USE", rest)) => {
                let uses = item.get("uses").and_then(|uses| uses.as_n().ok()).and_then(|uses| uses.parse().ok());
                let promotion = self.customer.and_then(|customer| rest.strip_suffix(&format!("#{customer}")));
                if let Some(code) = promotion.and_then(code) {
                    facts.standings.entry(code).or_default().used = uses.unwrap_or(1);
                }
            }
            Some(("ONCE", used)) => {
                let is_it = |ask: &&Ask| ask.unique.as_ref().is_some_and(|unique| unique.as_str() == used);
                if let Some(ask) = self.asks.iter().find(is_it) {
                    facts.standings.entry(ask.promotion.clone()).or_default().code_used = true;
                }
            }
            // Whoever is in one of a promotion's groups is in it.
            Some((_, rest)) => {
                let group = rest.split('#').next().unwrap_or_default();
                let of_group = facts
                    .promotions
                    .values()
                    .filter(|promotion| promotion.rules.groups.iter().any(|name| name.as_str() == group));
                let codes: Vec<PromoCode> = of_group.map(|promotion| promotion.code.clone()).collect();
                for code in codes {
                    facts.standings.entry(code).or_default().in_group = true;
                }
            }
        }
        Ok(())
    }
}
