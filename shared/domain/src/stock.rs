//! Stock as buckets, and the plan of which bucket each line takes from.
//!
//! A product at a store has one bucket, or many when it sells so fast that one item would be fought over. Whatever a plan
//! says, the conditional write decides: a plan that was made on old knowledge fails, learns, and is made again.

mod drift;
pub mod heat;
pub mod layout;
mod ledger;
mod level;
pub mod lot;
mod transfer;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ProductId, StoreId};

pub use drift::{Drift, Finding, Repair};
pub use ledger::{AdjustmentReason, LedgerEntry};
pub use level::{BadSettings, Caps, Level, MOST_HELD_BACK, StockSettings};
pub use transfer::{Arrival, BadTransfer, Came, Closing, MOST_TRANSFERRED, Transfer, TransferLine, TransferState};

/// Most buckets that a product may have: what they serve is simulated by `tools/rush`.
pub const MOST_BUCKETS: u16 = 64;

/// One bucket as stored. How a product's stock is laid out stands on bucket 0 and is read from there only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub number: u16,
    /// How many buckets buyers choose from.
    pub of: u16,
    pub available: u32,
    /// How many were ever opened and may still hold something; 0 stands for `of`. More than `of` while a merge goes on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub made: u16,
    /// Goes up whenever bottles move between buckets: two readings of bucket 0 that agree enclose none of it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u32,
    /// When that was last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised_at: Option<jiff::Timestamp>,
    /// Emptied in a merge: what orders took from here goes back to bucket 0.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// What one customer may have of it: on bucket 0, which every order reads anyway.
    #[serde(default, skip_serializing_if = "Caps::is_none")]
    pub caps: Caps,
}

fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

impl Bucket {
    pub fn new(store_id: StoreId, product_id: ProductId, number: u16, of: u16, available: u32) -> Self {
        Self {
            store_id,
            product_id,
            number,
            of,
            available,
            made: 0,
            revision: 0,
            revised_at: None,
            closed: false,
            caps: Caps::default(),
        }
    }

    /// How many buckets have to be looked at before nothing is left.
    pub fn reach(&self) -> u16 {
        self.made.max(self.of).max(1)
    }
}

/// So many units out of one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    pub bucket: u16,
    pub quantity: u32,
}

/// What is known of the buckets of one product: seen figures, and which were not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    of: u16,
    reach: u16,
    revision: Option<u32>,
    /// What one customer may have, as bucket 0 says.
    caps: Caps,
    seen: BTreeMap<u16, u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    Take(Vec<Take>),
    /// What was seen does not suffice, but some buckets were never looked at.
    LookAt(Vec<u16>),
    /// Every bucket was seen, and together they hold only so many.
    OutOfStock {
        left: u32,
    },
}

impl Shelf {
    pub fn new(of: u16) -> Self {
        let of = of.max(1);
        Self { of, reach: of, revision: None, caps: Caps::default(), seen: BTreeMap::new() }
    }

    pub fn see(&mut self, bucket: u16, available: u32) {
        self.seen.insert(bucket, available);
    }

    /// Notes a bucket as it is stored. When bucket 0 says that bottles moved, all that was seen before is forgotten.
    pub fn meet(&mut self, bucket: &Bucket) {
        if bucket.number == 0 && self.revision != Some(bucket.revision) {
            let (of, reach) = (bucket.of.max(1), bucket.reach());
            let (revision, caps) = (Some(bucket.revision), bucket.caps);
            *self = Self { of, reach, revision, caps, seen: BTreeMap::new() };
        }
        if bucket.number == 0 {
            self.caps = bucket.caps;
        }
        self.see(bucket.number, bucket.available);
    }

    /// Forgets what was seen: too much of it turned out to be old.
    pub fn forget(&mut self) {
        self.seen.clear();
        self.revision = None;
    }

    /// What one customer may have, as far as the store says so.
    pub fn caps(&self) -> Caps {
        self.caps
    }

    pub fn buckets(&self) -> u16 {
        self.of
    }

    /// The state of moving bottles that the figures belong to.
    pub fn revision(&self) -> Option<u32> {
        self.revision
    }

    /// Whether one reading of one item told everything: nothing can have moved meanwhile.
    pub fn is_one_bucket(&self) -> bool {
        self.reach == 1 && self.revision.is_some()
    }

    pub fn left(&self) -> u32 {
        self.seen.values().sum()
    }

    /// Takes `quantity` from one bucket when one has enough, beginning with `preferred`, else from several.
    ///
    /// One bucket a line keeps the transaction at its cheapest and leaves the others to other buyers. Buckets that a merge
    /// has not emptied yet come last.
    pub fn plan(&self, quantity: u32, preferred: u16) -> Plan {
        // Bucket 0 says how many there are, and it must be the first to be read: see `Bucket::revision`.
        if !self.seen.contains_key(&0) {
            return Plan::LookAt(vec![0]);
        }
        let preferred = preferred % self.of;
        let unseen = |range: std::ops::Range<u16>| range.filter(|b| !self.seen.contains_key(b)).collect::<Vec<u16>>();
        let unseen_of = unseen(0..self.of);
        // Whoever prefers a bucket shall find it: were the first one taken because it is known, all would fight over it.
        if unseen_of.contains(&preferred) {
            return Plan::LookAt(unseen_of);
        }
        let round = (0..self.of).map(|step| (preferred + step) % self.of).chain(self.of..self.reach);
        let seen: Vec<(u16, u32)> = round.filter_map(|b| Some((b, *self.seen.get(&b)?))).collect();
        if let Some((bucket, _)) = seen.iter().find(|(_, available)| *available >= quantity) {
            return Plan::Take(vec![Take { bucket: *bucket, quantity }]);
        }
        if !unseen_of.is_empty() {
            return Plan::LookAt(unseen_of);
        }
        let retiring = unseen(self.of..self.reach);
        if !retiring.is_empty() {
            return Plan::LookAt(retiring);
        }
        if self.left() < quantity {
            return Plan::OutOfStock { left: self.left() };
        }
        let mut wanted = quantity;
        let mut fullest_first = seen;
        fullest_first.sort_by_key(|(bucket, available)| (std::cmp::Reverse(*available), *bucket));
        let mut takes = Vec::new();
        for (bucket, available) in fullest_first {
            let quantity = available.min(wanted);
            if quantity > 0 {
                takes.push(Take { bucket, quantity });
                wanted -= quantity;
            }
        }
        Plan::Take(takes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shelf(figures: &[u32]) -> Shelf {
        let mut shelf = Shelf::new(figures.len() as u16);
        for (bucket, available) in figures.iter().enumerate() {
            shelf.see(bucket as u16, *available);
        }
        shelf
    }

    proptest! {
        #[test]
        fn a_plan_takes_exactly_what_is_wanted_and_never_more_than_was_seen(
            figures in prop::collection::vec(0_u32..20, 1..12), wanted in 1_u32..60, preferred in 0_u16..12,
        ) {
            match shelf(&figures).plan(wanted, preferred) {
                Plan::Take(takes) => {
                    prop_assert_eq!(takes.iter().map(|t| t.quantity).sum::<u32>(), wanted);
                    let mut buckets: Vec<_> = takes.iter().map(|t| t.bucket).collect();
                    buckets.dedup();
                    prop_assert_eq!(buckets.len(), takes.len());
                    for take in takes {
                        prop_assert!(take.quantity <= figures[usize::from(take.bucket)]);
                    }
                }
                Plan::OutOfStock { left } => {
                    prop_assert_eq!(left, figures.iter().sum::<u32>());
                    prop_assert!(left < wanted);
                }
                Plan::LookAt(_) => prop_assert!(false, "every bucket was seen"),
            }
        }
    }

    #[test]
    fn sold_out_is_said_only_when_every_bucket_was_seen() {
        let mut shelf = Shelf::new(3);
        shelf.see(0, 0);
        assert_eq!(shelf.plan(1, 0), Plan::LookAt(vec![1, 2]));
        shelf.see(1, 0);
        shelf.see(2, 1);
        assert_eq!(shelf.plan(1, 0), Plan::Take(vec![Take { bucket: 2, quantity: 1 }]));
        shelf.see(2, 0);
        assert_eq!(shelf.plan(1, 0), Plan::OutOfStock { left: 0 });
    }

    #[test]
    fn the_preferred_bucket_serves_when_it_can() {
        assert_eq!(shelf(&[9, 9, 9]).plan(2, 1), Plan::Take(vec![Take { bucket: 1, quantity: 2 }]));
        assert_eq!(shelf(&[9, 1, 9]).plan(2, 1), Plan::Take(vec![Take { bucket: 2, quantity: 2 }]));
        let mut first_known = Shelf::new(3);
        first_known.see(0, 9);
        assert_eq!(first_known.plan(2, 0), Plan::Take(vec![Take { bucket: 0, quantity: 2 }]));
        assert_eq!(first_known.plan(2, 2), Plan::LookAt(vec![1, 2]));
    }

    #[test]
    fn what_a_merge_has_not_emptied_yet_is_still_sold() {
        let (store, product) = (StoreId::new(), ProductId::new());
        let mut shelf = Shelf::new(1);
        assert_eq!(shelf.plan(2, 5), Plan::LookAt(vec![0]), "bucket 0 comes first");
        let first = Bucket { made: 3, revision: 7, ..Bucket::new(store.clone(), product.clone(), 0, 1, 1) };
        shelf.meet(&first);
        assert_eq!(shelf.plan(1, 5), Plan::Take(vec![Take { bucket: 0, quantity: 1 }]));
        assert_eq!(shelf.plan(2, 5), Plan::LookAt(vec![1, 2]));
        shelf.see(1, 0);
        shelf.see(2, 4);
        assert_eq!(shelf.plan(2, 5), Plan::Take(vec![Take { bucket: 2, quantity: 2 }]));
        assert!(!shelf.is_one_bucket());

        // All moved into bucket 0 meanwhile: what was seen of the others is worth nothing.
        shelf.meet(&Bucket { revision: 8, ..Bucket::new(store, product, 0, 1, 5) });
        assert_eq!((shelf.left(), shelf.is_one_bucket()), (5, true));
        assert_eq!(shelf.plan(6, 5), Plan::OutOfStock { left: 5 });
    }
}
