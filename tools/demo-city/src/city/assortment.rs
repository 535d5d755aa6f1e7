//! What each store carries, at which price, and how much of it is on the shelf.
//!
//! **Choice.** Within what its licence covers, a store takes the products with the highest score of a category. A score
//! is a draw from store and product (0–999) plus what makes a product likely on any San Franciscan shelf: Californian
//! +400, described in full +200, strength known +150, sold often +1 a bottle up to +500. So the stores differ, and the
//! likely products are in most of them. Nothing over 60 % is carried: the demo does not sell what California keeps off
//! the shelf.
//!
//! **Price.** List price × the store's price level × 98–102 % by a draw, moved to the nearest .49 or .99.
//!
//! **Stock.** 6–60 packs by a draw; of a hundred products about five are low (1–5) and three are out. The threshold is
//! 5 packs.

use std::cmp::Reverse;

use super::stores::Store;
use super::{Assortment, StockedProduct};
use crate::catalogue::{CatalogueEntry, Category};
use crate::draw::draw;
use crate::money::{percent_of, price_point};

const STRONGEST_SOLD_BPS: u16 = 6_000;
const LOW_STOCK_THRESHOLD: u32 = 5;

pub(super) fn choose(store: &Store, products: &[CatalogueEntry]) -> Assortment {
    let shelves = [
        (Category::Beer, store.shelf.beer),
        (Category::Wine, store.shelf.wine),
        (Category::Spirits, store.shelf.spirits),
        (Category::Cider, store.shelf.cider),
    ];
    let allowed = shelves.into_iter().filter(|(category, _)| store.may_sell(*category));
    let items = allowed.flat_map(|(category, places)| best(store, products, category, places));
    Assortment { store: store.key, items: items.map(|product| stocked(store, product)).collect() }
}

fn best<'a>(
    store: &Store,
    products: &'a [CatalogueEntry],
    category: Category,
    places: usize,
) -> Vec<&'a CatalogueEntry> {
    let carried = |product: &&CatalogueEntry| product.category == category && product.abv_bps <= STRONGEST_SOLD_BPS;
    let mut candidates: Vec<&CatalogueEntry> = products.iter().filter(carried).collect();
    candidates.sort_by_cached_key(|product| (Reverse(score(store, product)), product.id.clone()));
    candidates.truncate(places);
    candidates
}

fn score(store: &Store, product: &CatalogueEntry) -> u32 {
    let likely = [
        (product.region.as_deref() == Some("California"), 400),
        (product.description.chars().count() > 80, 200),
        (!product.abv_estimated, 150),
    ];
    let bonus: u32 = likely.iter().filter(|(applies, _)| *applies).map(|(_, points)| points).sum();
    draw("shelf", &about(store, product), 1_000) + bonus + product.popularity.min(500)
}

fn stocked(store: &Store, product: &CatalogueEntry) -> StockedProduct {
    let key = about(store, product);
    let factor = store.price_level_percent - 2 + draw("price", &key, 5);
    let quantity = match draw("stock", &key, 100) {
        0..3 => 0,
        3..8 => 1 + draw("low stock", &key, LOW_STOCK_THRESHOLD),
        _ => 6 + draw("full stock", &key, 55),
    };
    StockedProduct {
        product_id: product.id.clone(),
        price_cents: price_point(percent_of(product.list_price_cents, factor)),
        quantity,
        low_stock_threshold: LOW_STOCK_THRESHOLD,
    }
}

fn about(store: &Store, product: &CatalogueEntry) -> String {
    format!("{}/{}", store.key, product.id)
}
