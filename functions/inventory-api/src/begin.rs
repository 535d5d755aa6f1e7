//! The shelf of a product that a store sells and never had, and the day that it is at a store.

use jiff::Timestamp;
use jiff::civil::Date;
use sipstr_domain::stock::Level;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::stores::Stores;

/// What a new product is said to be low at.
const THRESHOLD: u32 = 5;

/// Makes an empty shelf for a product of the store's assortment, where there is none.
pub async fn shelf(
    (catalog, inventory): (&Catalog, &Inventory),
    store: &StoreId,
    product: &ProductId,
) -> ApiResult<()> {
    let listing = catalog.get_now(store, product).await?.ok_or_else(Problem::not_found)?;
    if listing.product.is_kit() {
        return Err(Problem::conflict("kit", "a kit has no stock of its own: it is made of its parts"));
    }
    let level = Level { low: true, ..Level::new(store.clone(), product.clone(), 0, THRESHOLD) };
    inventory.stock_first(&level, 1).await?;
    Ok(())
}

/// The store's day.
pub async fn today(stores: &Stores, store: &StoreId, now: Timestamp) -> ApiResult<Date> {
    Ok(stores.get(store).await?.ok_or_else(Problem::not_found)?.day(now))
}
