//! Lots: what came in together and ends on one day.
//!
//! They are a record beside the figures: what may be sold is decided by the buckets alone. What leaves the shelf is attributed to
//! the lot that ends first (FEFO: first expired, first out); what lots do not hold was without one.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{LotId, ProductId, StoreId};

/// Lots of one product that may have something in them: a loss is one transaction, and may touch all of them.
pub const MOST_LOTS: usize = 30;

/// A store is told of a lot so many days before it ends.
pub const WARNING_DAYS: i64 = 14;

/// No best-before is so many years away: somebody mistyped.
const MOST_YEARS: i64 = 10;

/// What a maker calls a lot: 1 to 20 of the characters that GS1 allows for it (application identifier 10).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 1, max_length = 20, examples("L2640-B"))]
pub struct LotNumber(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 20 letters, digits or characters that GS1 allows in a lot's number")]
pub struct BadLotNumber;

impl LotNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LotNumber {
    type Error = BadLotNumber;

    fn try_from(text: String) -> Result<Self, BadLotNumber> {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || br#"!"%&'()*+,-./:;<=>?_"#.contains(&byte);
        match (1..=20).contains(&text.len()) && text.bytes().all(sound) {
            true => Ok(Self(text)),
            false => Err(BadLotNumber),
        }
    }
}

impl From<LotNumber> for String {
    fn from(number: LotNumber) -> Self {
        number.0
    }
}

/// What is left of what came in together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lot {
    pub id: LotId,
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub number: LotNumber,
    /// The last day on which it is as good as the maker says.
    pub best_before: Date,
    /// What deliveries brought of it.
    pub received: u32,
    pub remaining: u32,
    /// When the first of it came: what left the shelf before was not of it.
    pub since: Timestamp,
    /// Counts the changes; an edit names the one that it read.
    pub version: u64,
    /// Whether the store was told that it ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// A lot as an entry of the ledger names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LotNamed {
    pub number: LotNumber,
    /// Said by goods that come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_before: Option<Date>,
}

/// Why an entry of the ledger does not go with the lot that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotRefusal {
    /// The product has no such lot.
    Unknown,
    /// The lot came with another date before.
    OtherDate(Date),
    /// Less is left of it.
    NotEnough { left: u32 },
    /// As many lots as there may be have something in them.
    TooMany,
}

/// What is wrong with the date of goods that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBestBefore {
    #[error("has ended: goods past their best-before are not taken in")]
    Ended,
    #[error("is more than {MOST_YEARS} years away")]
    TooFar,
}

/// Whether goods may come in with this date on the store's day. On its last day a lot has not ended.
pub fn check_best_before(best_before: Date, today: Date) -> Result<(), BadBestBefore> {
    let last = today.saturating_add(Span::new().years(MOST_YEARS));
    match best_before {
        date if date < today => Err(BadBestBefore::Ended),
        date if date > last => Err(BadBestBefore::TooFar),
        _ => Ok(()),
    }
}

impl Lot {
    /// The id that a number has on a shelf: the same number is the same lot.
    pub fn id_of(store: &StoreId, product: &ProductId, number: &LotNumber) -> LotId {
        LotId::derive(&[store.as_str(), product.as_str(), number.as_str()])
    }

    /// A lot of which nothing came yet.
    pub fn new(store_id: StoreId, product_id: ProductId, number: LotNumber, best_before: Date, at: Timestamp) -> Self {
        let id = Self::id_of(&store_id, &product_id, &number);
        let (received, remaining, version, told) = (0, 0, 0, false);
        Self { id, store_id, product_id, number, best_before, received, remaining, since: at, version, told }
    }

    pub fn is_open(&self) -> bool {
        self.remaining > 0
    }

    pub fn has_ended(&self, today: Date) -> bool {
        self.best_before < today
    }

    /// With so many more, which came by a delivery.
    pub fn received(&self, quantity: u32) -> Self {
        Self { received: self.received.saturating_add(quantity), ..self.given_back(quantity) }
    }

    /// With so many more, which had left the shelf.
    pub fn given_back(&self, quantity: u32) -> Self {
        Self { remaining: self.remaining.saturating_add(quantity), version: self.version + 1, ..self.clone() }
    }

    /// With so many less; nothing is taken that is not there.
    pub fn taken(&self, quantity: u32) -> Self {
        Self { remaining: self.remaining.saturating_sub(quantity), version: self.version + 1, ..self.clone() }
    }

    /// As somebody who looked says it is. Of another date the store is told anew.
    pub fn corrected(&self, best_before: Date, remaining: u32) -> Self {
        let told = self.told && self.best_before == best_before;
        Self { best_before, remaining, told, version: self.version + 1, ..self.clone() }
    }

    /// Notes that the store is told.
    pub fn told(&self) -> Self {
        Self { told: true, version: self.version + 1, ..self.clone() }
    }
}

/// So many of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotTake {
    pub lot: LotId,
    pub quantity: u32,
}

/// Of which lots something was, and how many were without one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    pub takes: Vec<LotTake>,
    #[serde(default)]
    pub without: u32,
}

/// What is attributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Sold on this day: lots that have ended come last, because nobody picks them while there are others.
    Sold(Date),
    /// Lost: the lot that ends first comes first, ended or not.
    Lost,
}

/// The open lots in the order in which they are taken from: the same one, in whatever order they were read.
pub fn in_order(mut lots: Vec<Lot>, left: Left) -> Vec<Lot> {
    lots.retain(Lot::is_open);
    let ended = |lot: &Lot| matches!(left, Left::Sold(today) if lot.has_ended(today));
    lots.sort_by(|a, b| (ended(a), a.best_before, &a.number).cmp(&(ended(b), b.best_before, &b.number)));
    lots
}

/// Attributes what left the shelf, the lot that ends first before all others.
pub fn attribute(lots: &[Lot], quantity: u32, left: Left) -> Attribution {
    let mut attribution = Attribution { takes: Vec::new(), without: quantity };
    for lot in in_order(lots.to_vec(), left) {
        let quantity = lot.remaining.min(attribution.without);
        if quantity > 0 {
            attribution.without -= quantity;
            attribution.takes.push(LotTake { lot: lot.id, quantity });
        }
    }
    attribution
}

/// The lots of an attribution after it, or after what it took came back to where it was taken from. A lot that is gone is passed over.
pub fn moved(lots: &[Lot], attribution: &Attribution, back: bool) -> Vec<(Lot, Lot)> {
    let step = |take: &LotTake| {
        let lot = lots.iter().find(|lot| lot.id == take.lot)?;
        Some((lot.clone(), if back { lot.given_back(take.quantity) } else { lot.taken(take.quantity) }))
    };
    attribution.takes.iter().filter_map(step).collect()
}

/// What is on hand and of no lot.
pub fn without_lot(on_hand: i64, lots: &[Lot]) -> i64 {
    (on_hand - in_lots(lots)).max(0)
}

pub fn in_lots(lots: &[Lot]) -> i64 {
    lots.iter().map(|lot| i64::from(lot.remaining)).sum()
}

#[cfg(test)]
#[path = "lot_tests.rs"]
mod tests;
