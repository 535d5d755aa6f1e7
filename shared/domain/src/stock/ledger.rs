//! The ledger: why stock changed by another way than an order.

use serde::{Deserialize, Serialize};

use super::lot::LotNamed;
use crate::{LedgerEntryId, ProductId, StoreId, UserId};

/// Why stock changed by another way than an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentReason {
    /// Goods came in.
    Received,
    /// A count found more or fewer than the books said.
    Counted,
    Damaged,
    Expired,
    Stolen,
    /// Nobody knows where it is.
    Lost,
    /// Sent to another store.
    TransferredOut,
    /// Came from another store.
    TransferredIn,
    /// Sent to another store, and brought back.
    TransferredBack,
    /// The audit found books that did not close, and somebody confirmed how they are to be mended.
    Repaired,
}

impl AdjustmentReason {
    /// Whether people may note it by itself, and in which direction it changes stock; `None` where it is part of something else.
    pub fn by_hand(self) -> Option<Direction> {
        match self {
            Self::Received => Some(Direction::In),
            Self::Counted => Some(Direction::Either),
            Self::Damaged | Self::Expired | Self::Stolen | Self::Lost => Some(Direction::Out),
            Self::TransferredOut | Self::TransferredIn | Self::TransferredBack | Self::Repaired => None,
        }
    }
}

/// Which changes a reason may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
    Either,
}

impl Direction {
    pub fn allows(self, change: i32) -> bool {
        match self {
            Self::In => change > 0,
            Self::Out => change < 0,
            Self::Either => true,
        }
    }
}

/// An append-only record of an adjustment, written in the transaction that changes the bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    pub id: LedgerEntryId,
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub change: i32,
    pub reason: AdjustmentReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it goes by elsewhere, such as the number of a delivery note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How many a stock take found on the shelf, reserved ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<u32>,
    /// The lot that came in, or that it is a loss of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotNamed>,
    pub actor: UserId,
    pub at: jiff::Timestamp,
}

impl LedgerEntry {
    /// Whether another entry is of the same request: whose and when does not count.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |entry: &Self| (entry.product_id.clone(), entry.change, entry.reason, entry.counted);
        let written = |entry: &Self| (entry.note.clone(), entry.reference.clone(), entry.lot.clone());
        said(self) == said(other) && written(self) == written(other)
    }
}
