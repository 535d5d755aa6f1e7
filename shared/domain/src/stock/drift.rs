//! Books of stock that do not close, and how they are mended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ProductId, StoreId};

/// A product whose books do not close. Positive: bottles are missing; negative: there are too many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub units: i64,
}

/// A drift as the audit keeps it, until an audit finds the books closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    #[serde(flatten)]
    pub drift: Drift,
    /// Counts what was written of it; whoever confirms a repair names the one that was read.
    pub version: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// When it was repaired; the next audit says whether the books close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repaired_at: Option<Timestamp>,
}

/// How books are made to close. Neither way puts a bottle on sale that was not: what is really there is for a stock take to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Repair {
    /// The books know of bottles that can neither be bought nor were sold: they are written off.
    WriteOff { units: u32 },
    /// More can be bought than the books know of: these are taken off sale.
    TakeOffSale { units: u32 },
}

impl Repair {
    /// What closes books that are so far apart; `None` where they close, or are further apart than any shelf is long.
    pub fn of(drift: i64) -> Option<Self> {
        let units = u32::try_from(drift.unsigned_abs()).ok().filter(|units| i32::try_from(*units).is_ok())?;
        match drift {
            0 => None,
            1.. => Some(Self::WriteOff { units }),
            _ => Some(Self::TakeOffSale { units }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_repair_closes_the_books_and_puts_nothing_on_sale(
            owned in -1_000_i64..1_000, unsold in 0_i64..1_000, committed in 0_i64..1_000,
        ) {
            let drift = owned - unsold - committed;
            let (owned, left) = match Repair::of(drift) {
                None => (owned, unsold),
                Some(Repair::WriteOff { units }) => (owned - i64::from(units), unsold),
                Some(Repair::TakeOffSale { units }) => (owned, unsold - i64::from(units)),
            };
            prop_assert_eq!(owned - left - committed, 0);
            prop_assert!(left <= unsold);
        }
    }

    #[test]
    fn what_is_beyond_any_shelf_is_for_people_to_look_at() {
        assert_eq!(Repair::of(i64::MIN), None);
        assert_eq!(Repair::of(i64::from(i32::MAX) + 1), None);
        assert_eq!(Repair::of(i64::from(i32::MAX)), Some(Repair::WriteOff { units: 2_147_483_647 }));
    }
}
