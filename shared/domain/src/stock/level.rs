//! The figures of a product at a store, and what the store says of its stock.

use serde::{Deserialize, Serialize};

use crate::{ProductId, StoreId};

/// Most units that a store may hold back from sale.
pub const MOST_HELD_BACK: u32 = 10_000;

/// How much of a product one customer may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Caps {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_order: Option<u32>,
    /// Within one day of the store, all orders together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
}

impl Caps {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What a store says of a product's stock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockSettings {
    /// Stock is low at so many or fewer.
    pub threshold: u32,
    /// Units that are held back from sale.
    pub safety_stock: u32,
    pub caps: Caps,
}

/// What is wrong with which of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {detail}")]
pub struct BadSettings {
    pub field: &'static str,
    pub detail: &'static str,
}

impl StockSettings {
    pub fn check(&self) -> Result<(), BadSettings> {
        let most = |field, number: u32, least| match (least..=MOST_HELD_BACK).contains(&number) {
            true => Ok(()),
            false if least == 0 => Err(BadSettings { field, detail: "must be at most 10,000" }),
            false => Err(BadSettings { field, detail: "must be 1 to 10,000, or absent" }),
        };
        most("threshold", self.threshold, 0)?;
        most("safetyStock", self.safety_stock, 0)?;
        most("perOrder", self.caps.per_order.unwrap_or(1), 1)?;
        most("perDay", self.caps.per_day.unwrap_or(1), 1)?;
        Ok(())
    }
}

/// The figures of a product at a store. `received`, `written_off` and `transferred` are written with the ledger; `reserved` and `sold`
/// follow the stream of orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Level {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub received: i64,
    pub written_off: i64,
    #[serde(default)]
    pub reserved: i64,
    #[serde(default)]
    pub sold: i64,
    /// What came from other stores less what went to them.
    #[serde(default)]
    pub transferred: i64,
    /// On its way here from other stores: still nobody's, so it counts in nothing else.
    #[serde(default)]
    pub incoming: i64,
    pub threshold: u32,
    /// Whether the store was told that stock is low; cleared when it is back above the threshold.
    #[serde(default)]
    pub low: bool,
    /// How many are to be held back from sale.
    #[serde(default)]
    pub safety_stock: u32,
    /// How many are: out of the buckets, and so out of reach of any order.
    #[serde(default)]
    pub held_back: i64,
    #[serde(default, skip_serializing_if = "Caps::is_none")]
    pub caps: Caps,
    /// Counts the changes of the settings; an edit names the one that it read.
    #[serde(default)]
    pub settings_version: u64,
}

impl Level {
    /// A product that comes to a store.
    pub fn new(store_id: StoreId, product_id: ProductId, received: u32, threshold: u32) -> Self {
        Self {
            store_id,
            product_id,
            received: i64::from(received),
            written_off: 0,
            reserved: 0,
            sold: 0,
            transferred: 0,
            incoming: 0,
            threshold,
            low: false,
            safety_stock: 0,
            held_back: 0,
            caps: Caps::default(),
            settings_version: 0,
        }
    }

    pub fn settings(&self) -> StockSettings {
        StockSettings { threshold: self.threshold, safety_stock: self.safety_stock, caps: self.caps }
    }

    /// What ever came and was not lost, sold or not.
    pub fn owned(&self) -> i64 {
        self.received - self.written_off + self.transferred
    }

    /// How many more are to be held back from sale.
    pub fn lacking(&self) -> u32 {
        u32::try_from(i64::from(self.safety_stock) - self.held_back).unwrap_or(0)
    }

    /// How many more are held back than shall be.
    pub fn spare(&self) -> u32 {
        u32::try_from(self.held_back - i64::from(self.safety_stock)).unwrap_or(0)
    }

    /// What stands on the shelf, reserved bottles and those held back included.
    pub fn on_hand(&self) -> i64 {
        self.owned() - self.sold
    }

    /// What may still be promised to a customer, as far as the read model knows.
    pub fn available(&self) -> i64 {
        self.on_hand() - self.reserved - self.held_back
    }

    /// Whether this crossing of the threshold is new, and in which direction: `Some(true)` when stock has become low.
    pub fn crossing(&self) -> Option<bool> {
        let low = self.available() <= i64::from(self.threshold);
        (low != self.low).then_some(low)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level(received: u32, threshold: u32) -> Level {
        Level::new(StoreId::derive(&["store"]), ProductId::derive(&["ale"]), received, threshold)
    }

    #[test]
    fn a_threshold_is_crossed_once() {
        let mut level = Level { reserved: 4, sold: 1, ..level(10, 5) };
        assert_eq!(level.crossing(), Some(true));
        level.low = true;
        assert_eq!(level.crossing(), None);
        level.reserved = 0;
        assert_eq!(level.crossing(), Some(false));
    }

    #[test]
    fn what_is_held_back_is_on_hand_and_not_for_sale() {
        let level = Level { held_back: 3, safety_stock: 3, ..level(10, 6) };
        assert_eq!((level.on_hand(), level.available()), (10, 7));
        let level = Level { reserved: 1, ..level };
        assert_eq!(level.crossing(), Some(true), "a store is told by what it may sell");
    }

    proptest! {
        #[test]
        fn what_comes_in_fills_what_is_to_be_held_back_and_no_more(
            safety_stock in 0_u32..50, held_back in 0_i64..50, comes in 0_u32..100,
        ) {
            let level = Level { safety_stock, held_back, ..level(0, 0) };
            let filled = level.lacking().min(comes);
            prop_assert!(filled <= comes);
            prop_assert!(filled == 0 || held_back + i64::from(filled) <= i64::from(safety_stock));
        }
    }

    #[test]
    fn settings_out_of_bounds_are_refused() {
        let with = |caps| StockSettings { caps, ..StockSettings::default() };
        let caps = |per_order| with(Caps { per_order, ..Caps::default() });
        let daily = |per_day| with(Caps { per_day, ..Caps::default() });
        let field = |settings: StockSettings| settings.check().err().map(|bad| bad.field);
        assert_eq!(field(StockSettings::default()), None);
        assert_eq!(field(caps(Some(2))), None);
        assert_eq!(field(caps(Some(0))), Some("perOrder"));
        assert_eq!(field(caps(Some(10_001))), Some("perOrder"));
        assert_eq!(field(daily(Some(10_000))), None);
        assert_eq!(field(daily(Some(0))), Some("perDay"));
        assert_eq!(field(daily(Some(10_001))), Some("perDay"));
        assert_eq!(field(StockSettings { safety_stock: 10_001, ..StockSettings::default() }), Some("safetyStock"));
        assert_eq!(field(StockSettings { threshold: 10_001, ..StockSettings::default() }), Some("threshold"));
    }
}
