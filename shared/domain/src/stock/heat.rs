//! When a product is fought over, and how many buckets it gets then.
//!
//! Two transactions on one bucket at the same moment are in each other's way, and one of them comes again. At r orders a second
//! out of b buckets, and a transaction of t seconds, about 60 r² t ∕ b orders a minute meet: with 10 ms and one bucket that is
//! [`HOT`] at nearly six orders a second, of which 6 in 100 came twice.

use serde::{Deserialize, Serialize};

use super::MOST_BUCKETS;
use crate::{ProductId, StoreId};

/// So many conflicts within a minute, and the product is split.
pub const HOT: u32 = 20;

/// How much the number of buckets grows by a split.
const GROWTH: u16 = 4;

/// The conflicts that buyers of a product met within a minute while it had so many buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heat {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub buckets: u16,
    pub conflicts: u32,
}

impl Heat {
    /// Whether this is the change by which it became too many: of all changes of a minute at most one is.
    pub fn has_become_hot(&self, before: Option<&Self>) -> bool {
        before.map_or(0, |before| before.conflicts) < HOT && self.conflicts >= HOT
    }
}

/// How many buckets follow on so many; `None` where there are as many as there may be.
pub fn next_size(buckets: u16) -> Option<u16> {
    (buckets < MOST_BUCKETS).then(|| buckets.max(1).saturating_mul(GROWTH).min(MOST_BUCKETS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_minute_is_hot_once(steps in prop::collection::vec(1_u32..12, 1..40)) {
            let mut heat = Heat { store_id: StoreId::new(), product_id: ProductId::new(), buckets: 1, conflicts: 0 };
            let mut crossings = 0;
            for step in &steps {
                let before = heat.clone();
                heat.conflicts += step;
                crossings += usize::from(heat.has_become_hot(Some(&before)));
            }
            prop_assert_eq!(crossings, usize::from(steps.iter().sum::<u32>() >= HOT));
        }
    }

    #[test]
    fn splits_go_on_to_the_most_that_there_may_be() {
        let sizes: Vec<u16> = std::iter::successors(Some(1), |size| next_size(*size)).collect();
        assert_eq!(sizes, [1, 4, 16, 64]);
        assert_eq!(next_size(24), Some(64));
    }
}
