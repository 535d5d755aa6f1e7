//! What every list has to obey: what may be shown at all, and how much of it may be of one brand.

use std::collections::HashMap;

use sipstr_domain::ProductId;

/// Asked before anything is ranked.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// In stock, and lawful to sell to this customer, here, at the hour of the hand-over.
    pub eligible: &'a dyn Fn(&ProductId) -> bool,
    /// `None` where a product has no brand that is known; those have no cap.
    pub brand: &'a dyn Fn(&ProductId) -> Option<String>,
    /// So many of one brand at most.
    pub brand_cap: usize,
}

impl Rules<'_> {
    /// Everything goes: for measuring.
    pub const NONE: Rules<'static> = Rules { eligible: &|_| true, brand: &|_| None, brand_cap: usize::MAX };

    pub(crate) fn allows(&self, product: &ProductId) -> bool {
        (self.eligible)(product)
    }
}

/// How many of each brand a list has.
pub(crate) struct Brands<'a> {
    rules: Rules<'a>,
    counts: HashMap<String, usize>,
}

impl<'a> Brands<'a> {
    pub(crate) fn new(rules: &Rules<'a>) -> Self {
        Self { rules: *rules, counts: HashMap::new() }
    }

    /// Counts the product in, unless its brand is full.
    pub(crate) fn admit(&mut self, product: &ProductId) -> bool {
        let Some(brand) = (self.rules.brand)(product) else { return true };
        let count = self.counts.entry(brand).or_insert(0);
        let room = *count < self.rules.brand_cap;
        *count += usize::from(room);
        room
    }

    /// Counts the product in, full or not.
    pub(crate) fn add(&mut self, product: &ProductId) {
        if let Some(brand) = (self.rules.brand)(product) {
            *self.counts.entry(brand).or_insert(0) += 1;
        }
    }

    pub(crate) fn remove(&mut self, product: &ProductId) {
        if let Some(count) = (self.rules.brand)(product).and_then(|brand| self.counts.get_mut(&brand)) {
            *count = count.saturating_sub(1);
        }
    }
}
