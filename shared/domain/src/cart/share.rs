//! A cart that is shown to others: what it holds and of which store, and nothing of whose it is.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::CartLine;
use crate::{ShareId, StoreId};

/// How long a link can be followed.
pub const SHARE_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Links that one customer may have out at once.
pub const MAX_SHARES: usize = 20;

/// What whoever has the link sees; stored under the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedCart {
    pub store_id: StoreId,
    pub lines: Vec<CartLine>,
    pub expires_at: Timestamp,
}

/// What its owner sees of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    pub id: ShareId,
    pub token_hash: String,
    pub store_id: StoreId,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    /// Kept until it would have expired: the request that made it, come again, does not make it anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

impl Share {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl SharedCart {
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
