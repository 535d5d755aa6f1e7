use std::collections::HashMap;

use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::stock::Drift;
use sipstr_domain::{ProductId, StoreId};
use sipstr_storage::StorageError;
use sipstr_storage::inventory::{AuditItem, Inventory};
use sipstr_storage::orders::Orders;

type Shelf = (StoreId, ProductId);

/// Units that orders hold or have sold, by store and product.
pub type Committed = HashMap<Shelf, i64>;

/// What the stock says of itself, by store and product.
#[derive(Debug, Default)]
pub struct Books {
    shelves: HashMap<Shelf, Figures>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    /// Received less written off, with what came from other stores less what went there.
    owned: i64,
    /// In the buckets, and held back from sale.
    unsold: i64,
}

impl Books {
    pub fn note(&mut self, item: AuditItem) {
        match item {
            AuditItem::Bucket(bucket) => {
                let figures = self.shelves.entry((bucket.store_id, bucket.product_id)).or_default();
                figures.unsold += i64::from(bucket.available);
            }
            AuditItem::Level(level) => {
                let (owned, held_back) = (level.owned(), level.held_back);
                let figures = self.shelves.entry((level.store_id, level.product_id)).or_default();
                figures.owned = owned;
                figures.unsold += held_back;
            }
        }
    }

    pub fn len(&self) -> usize {
        self.shelves.len()
    }

    pub fn is_empty(&self) -> bool {
        self.shelves.is_empty()
    }

    /// Whether a product's books close, and its orders did not change while the stock was read.
    pub fn close(&self, shelf: &Shelf, before: &Committed, after: &Committed) -> bool {
        let quiet = before.get(shelf) == after.get(shelf);
        quiet && self.shelves.get(shelf).is_some_and(|figures| drift(figures, shelf, after) == 0)
    }

    /// Compares with what orders have, where that did not change while the stock was read.
    pub fn drifts(&self, before: &Committed, after: &Committed) -> Vec<Drift> {
        let mut drifts: Vec<Drift> = self
            .shelves
            .iter()
            .filter(|(shelf, _)| before.get(*shelf) == after.get(*shelf))
            .filter_map(|(shelf, figures)| {
                let units = drift(figures, shelf, after);
                (units != 0).then(|| Drift { store_id: shelf.0.clone(), product_id: shelf.1.clone(), units })
            })
            .collect();
        drifts.sort_by(|a, b| (&a.store_id, &a.product_id).cmp(&(&b.store_id, &b.product_id)));
        drifts
    }
}

fn drift(figures: &Figures, shelf: &Shelf, committed: &Committed) -> i64 {
    figures.owned - figures.unsold - committed.get(shelf).copied().unwrap_or(0)
}

pub async fn stock(inventory: &Inventory) -> Result<Books, StorageError> {
    let mut books = Books::default();
    let mut from = None;
    loop {
        let page = inventory.scan(from).await?;
        page.items.into_iter().for_each(|item| books.note(item));
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(books),
        }
    }
}

pub async fn committed(orders: &Orders) -> Result<Committed, StorageError> {
    let mut committed = Committed::new();
    let mut from = None;
    loop {
        let page = orders.scan(from).await?;
        page.items.iter().for_each(|order| commit(&mut committed, order));
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(committed),
        }
    }
}

fn commit(committed: &mut Committed, order: &Order) {
    if !order.state.holds_stock() && order.state != OrderState::Delivered {
        return;
    }
    for line in &order.lines {
        let shelf = (order.store_id.clone(), line.priced.product_id.clone());
        *committed.entry(shelf).or_default() += i64::from(line.priced.quantity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_domain::stock::{Bucket, Level};

    fn shelf() -> Shelf {
        (StoreId::derive(&["store"]), ProductId::derive(&["ale"]))
    }

    fn books(received: i64, written_off: i64, available: &[u32]) -> Books {
        let (store_id, product_id) = shelf();
        let mut books = Books::default();
        let level = Level { received, written_off, ..Level::new(store_id.clone(), product_id.clone(), 0, 5) };
        books.note(AuditItem::Level(level));
        for (number, bottles) in available.iter().enumerate() {
            let (number, of) = (number as u16, available.len() as u16);
            books.note(AuditItem::Bucket(Bucket::new(store_id.clone(), product_id.clone(), number, of, *bottles)));
        }
        books
    }

    #[test]
    fn books_that_close_are_silent() {
        let orders = Committed::from([(shelf(), 3)]);
        assert_eq!(books(20, 2, &[10, 5]).drifts(&orders, &orders), []);
    }

    #[test]
    fn what_is_held_back_and_what_went_to_another_store_is_counted() {
        let orders = Committed::from([(shelf(), 3)]);
        let mut books = books(20, 2, &[4, 5]);
        let (store_id, product_id) = shelf();
        let level = Level { written_off: 2, held_back: 4, transferred: -2, ..Level::new(store_id, product_id, 20, 5) };
        books.note(AuditItem::Level(level));
        assert_eq!(books.drifts(&orders, &orders), []);
    }

    #[test]
    fn a_missing_and_an_invented_bottle_are_found() {
        let orders = Committed::from([(shelf(), 3)]);
        assert_eq!(books(20, 2, &[10, 4]).drifts(&orders, &orders)[0].units, 1);
        assert_eq!(books(20, 2, &[10, 6]).drifts(&orders, &orders)[0].units, -1);
    }

    #[test]
    fn a_product_that_was_being_ordered_is_judged_another_night() {
        let (before, after) = (Committed::from([(shelf(), 3)]), Committed::from([(shelf(), 4)]));
        let books = books(20, 2, &[10, 4]);
        assert_eq!(books.drifts(&before, &after), []);
        assert!(!books.close(&shelf(), &before, &after), "nor are its books said to close");
        assert!(books.close(&shelf(), &after, &after));
    }
}
