//! What is left of products at a store: of a kit, as many as its parts make.

use std::collections::HashMap;

use sipstr_domain::catalog::{Listing, kit};
use sipstr_domain::{ProductId, StoreId};
use sipstr_storage::StorageError;
use sipstr_storage::inventory::Inventory;

/// Sold units that are free, by product.
pub struct Left(HashMap<ProductId, u32>);

impl Left {
    /// Of these products, before it is known what they are.
    pub async fn of(inventory: &Inventory, store: &StoreId, products: &[ProductId]) -> Result<Self, StorageError> {
        inventory.available(store, products).await.map(Self)
    }

    /// Of a whole page, kits and all.
    pub async fn of_page(inventory: &Inventory, store: &StoreId, listings: &[Listing]) -> Result<Self, StorageError> {
        let on_shelves = |listing: &Listing| match listing.product.is_kit() {
            true => parts(listing).collect(),
            false => vec![listing.product.id.clone()],
        };
        let mut wanted: Vec<ProductId> = listings.iter().flat_map(on_shelves).collect();
        wanted.sort();
        wanted.dedup();
        Self::of(inventory, store, &wanted).await
    }

    /// With the parts of those that turned out to be kits.
    pub async fn and_parts(
        mut self,
        inventory: &Inventory,
        store: &StoreId,
        listings: &[Listing],
    ) -> Result<Self, StorageError> {
        let mut wanted: Vec<ProductId> = listings.iter().flat_map(parts).collect();
        wanted.sort();
        wanted.dedup();
        if !wanted.is_empty() {
            self.0.extend(inventory.available(store, &wanted).await?);
        }
        Ok(self)
    }

    pub fn of_listing(&self, listing: &Listing) -> u32 {
        let left = |product: &ProductId| self.0.get(product).copied().unwrap_or(0);
        let product = &listing.product;
        if product.is_kit() { kit::makes(&product.catalogued.parts, left) } else { left(&product.id) }
    }
}

fn parts(listing: &Listing) -> impl Iterator<Item = ProductId> + '_ {
    listing.product.catalogued.parts.iter().map(|part| part.id.clone())
}
