//! Writes the data, many requests at a time, and says how long each part took.

use std::collections::HashMap;
use std::time::Instant;

use futures::stream::{self, StreamExt, TryStreamExt};
use sipstr_storage::accounts::{Accounts, PasswordHash};
use sipstr_storage::catalog::Catalog;
use sipstr_storage::couriers::Couriers;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::products::Products;
use sipstr_storage::promotions::Promotions;
use sipstr_storage::stores::Stores;
use sipstr_storage::{Db, StorageError};

use super::data::Data;
use super::people::Person;
use super::stack::Stack;

/// Requests under way at once: enough to keep an emulator busy, few enough not to make it time out.
const IN_FLIGHT: usize = 16;

/// Most items that a batch takes.
const BATCH: usize = 25;

pub struct Tables {
    accounts: Accounts,
    catalog: Catalog,
    couriers: Couriers,
    inventory: Inventory,
    products: Products,
    promotions: Promotions,
    stores: Stores,
}

impl Tables {
    pub fn new(db: &Db, stack: &Stack) -> Self {
        Self {
            accounts: Accounts::new(db.clone(), stack.table("accounts")),
            catalog: Catalog::new(db.clone(), stack.table("catalog")),
            couriers: Couriers::new(db.clone(), stack.table("couriers")),
            inventory: Inventory::new(db.clone(), stack.table("inventory")),
            products: Products::new(db.clone(), stack.table("products")),
            promotions: Promotions::new(db.clone(), stack.table("promotions")),
            stores: Stores::new(db.clone(), stack.table("stores")),
        }
    }

    pub async fn write(&self, data: &Data) -> anyhow::Result<()> {
        let part = Part::begin("stores");
        all(data.stores.iter().map(|store| self.stores.put(store))).await?;
        part.end(data.stores.len());
        let part = Part::begin("products");
        let seed = data.records.seed()?;
        all(seed.batches().map(|batch| self.products.put_batch(batch))).await?;
        part.end(data.records.products.len());
        let part = Part::begin("listings");
        all(data.listings.chunks(BATCH).map(|batch| self.catalog.put_many(batch))).await?;
        part.end(data.listings.len());
        let part = Part::begin("products in stock");
        all(data.levels.iter().map(|level| self.inventory.stock_first(level, 1))).await?;
        part.end(data.levels.len());
        let part = Part::begin("accounts");
        self.write_people(&data.people).await?;
        part.end(data.people.len());
        let part = Part::begin("couriers");
        for courier in &data.couriers {
            // Who is on the way with a bottle is not called back.
            if self.couriers.get(&courier.id).await?.is_none() {
                self.couriers.put(courier).await?;
            }
        }
        part.end(data.couriers.len());
        let part = Part::begin("promotions");
        all(data.promotions.iter().map(|promotion| self.promotions.add(promotion))).await?;
        part.end(data.promotions.len());
        Ok(())
    }

    async fn write_people(&self, people: &[Person]) -> anyhow::Result<()> {
        // The demo's passwords are public and few: one hash for each suffices.
        let mut hashes: HashMap<&str, PasswordHash> = HashMap::new();
        for person in people {
            let hash = match hashes.get(person.password) {
                Some(hash) => hash.clone(),
                None => hashes.entry(person.password).or_insert(hash(person.password)?).clone(),
            };
            let mut account = person.account.clone();
            account.password_hash = Some(hash);
            self.accounts.put_demo(&account, &person.addresses).await?;
            for membership in &account.memberships {
                self.stores.add_member(&membership.store_id, &account.id).await?;
            }
        }
        Ok(())
    }
}

fn hash(password: &str) -> anyhow::Result<PasswordHash> {
    let hash = sipstr_identity::password::hash(&password.parse()?);
    hash.map_err(|error| anyhow::anyhow!("hashing a password: {error}"))
}

async fn all<T>(requests: impl Iterator<Item = impl Future<Output = Result<T, StorageError>>>) -> anyhow::Result<()> {
    let mut answers = stream::iter(requests).map(Box::pin).buffer_unordered(IN_FLIGHT);
    while answers.try_next().await?.is_some() {}
    Ok(())
}

/// A part of the work, timed.
struct Part {
    title: &'static str,
    begun: Instant,
}

impl Part {
    fn begin(title: &'static str) -> Self {
        Self { title, begun: Instant::now() }
    }

    fn end(self, count: usize) {
        println!("  {count:>6} {:<20}{:>6.1} s", self.title, self.begun.elapsed().as_secs_f32());
    }
}
