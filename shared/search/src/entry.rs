//! What the catalogue says of a product when a snapshot is built.

use sipstr_domain::catalog::Product;
use sipstr_domain::{Money, StoreId};

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub product: Product,
    /// Words of the merchandisers: `organic`, `local`, `gift`.
    pub tags: Vec<String>,
    /// From 0 to 1; what orders in recent days say, in proportion to the most ordered. Clamped.
    pub popularity: f32,
    /// The stores whose assortment has it.
    pub stores: Vec<StoreId>,
    /// The lowest price at which one of them sells it, when the snapshot is built.
    pub price: Option<Money>,
}
