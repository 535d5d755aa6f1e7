//! Proves, for every product at every store, that no bottle was lost or invented:
//! received − written off − Σ available = Σ lines of orders that hold stock or have sold.

mod books;
mod config;

use serde::Serialize;
use sipstr_runtime::{Aws, Error, count};
use sipstr_storage::inventory::Inventory;
use sipstr_storage::orders::Orders;

pub use books::{Books, Drift};
pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub inventory: Inventory,
    pub orders: Orders,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
        }
    }
}

/// What the audit found.
#[derive(Debug, Serialize)]
pub struct Report {
    pub products: usize,
    pub drifts: Vec<Drift>,
}

/// Reads stock and orders and compares them.
///
/// Orders are read twice around the stock: a product whose orders changed meanwhile is not judged tonight, because the
/// three readings are not of one moment.
pub async fn audit(state: &State) -> Result<Report, Error> {
    let before = books::committed(&state.orders).await?;
    let books = books::stock(&state.inventory).await?;
    let after = books::committed(&state.orders).await?;
    let drifts = books.drifts(&before, &after);
    for drift in &drifts {
        tracing::error!(storeId = %drift.store_id, productId = %drift.product_id, units = drift.units, "stock has drifted");
    }
    count("stock_drift_products", drifts.len() as u64);
    tracing::info!(products = books.len(), drifts = drifts.len(), "audited");
    Ok(Report { products: books.len(), drifts })
}
