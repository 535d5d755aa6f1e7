//! What is true at this minute and in this place, laid over the index when it is read.

use sipstr_domain::ProductId;

use crate::engine::Engine;

/// A product's place in a snapshot. It means nothing in another one.
pub type Row = u32;

/// What the customer would get for a product now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// In minor units of the store's currency.
    pub price: i64,
    pub in_stock: bool,
    /// Whether it may be sold to this customer, here, at the time of the hand-over. What may not is never shown.
    pub lawful: bool,
}

/// Asked once for every product that matches, so it must answer from memory: a [`Shelf`] does.
pub trait Overlay {
    /// `None` where the product is not sold.
    fn offer(&self, row: Row) -> Option<Offer>;

    /// The snapshot whose rows it knows; `None` where it knows none in particular.
    fn snapshot(&self) -> Option<u64> {
        None
    }
}

/// A store's offers (or those of several, merged by the caller), laid out by row: an array access a product.
#[derive(Debug, Clone)]
pub struct Shelf {
    snapshot: u64,
    offers: Vec<Option<Offer>>,
}

impl Shelf {
    /// Products that the snapshot does not know yet are left out: they come with the next one. Of two offers the cheaper one that
    /// can be had stays.
    pub fn new(engine: &Engine, offers: impl IntoIterator<Item = (ProductId, Offer)>) -> Self {
        let mut by_row = vec![None; engine.products()];
        for (id, offer) in offers {
            let Some(row) = engine.row(&id) else { continue };
            let place: &mut Option<Offer> = &mut by_row[row as usize];
            let rank = |offer: &Offer| (offer.lawful && offer.in_stock, offer.lawful, -i128::from(offer.price));
            if place.as_ref().is_none_or(|known| rank(&offer) > rank(known)) {
                *place = Some(offer);
            }
        }
        Self { snapshot: engine.manifest().version, offers: by_row }
    }
}

impl Overlay for Shelf {
    fn offer(&self, row: Row) -> Option<Offer> {
        self.offers.get(row as usize).copied().flatten()
    }

    fn snapshot(&self) -> Option<u64> {
        Some(self.snapshot)
    }
}

/// No place and no minute: everything is there, at the lowest price the snapshot knows.
#[derive(Clone, Copy)]
pub struct ListPrices<'a>(pub &'a Engine);

impl Overlay for ListPrices<'_> {
    fn offer(&self, row: Row) -> Option<Offer> {
        Some(Offer { price: self.0.columns().price(row), in_stock: true, lawful: true })
    }
}

impl<F: Fn(Row) -> Option<Offer>> Overlay for F {
    fn offer(&self, row: Row) -> Option<Offer> {
        self(row)
    }
}
