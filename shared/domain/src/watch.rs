//! What a customer wants to be told of: that a product is there again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ProductId, StoreId, UserId};

/// Products that one person may wait for at a time.
pub const MOST_WATCHES: usize = 100;
/// Nobody waits for longer.
pub const WATCH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long it is shown that a watch was answered.
pub const ANSWER_SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody waits for a product at a store. It is answered once; whoever wants to wait again says so again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watch {
    pub user_id: UserId,
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
}

impl Watch {
    pub fn new(user_id: UserId, store_id: StoreId, product_id: ProductId, since: Timestamp) -> Self {
        Self { user_id, store_id, product_id, since, answered_at: None }
    }

    pub fn ends_at(&self) -> Timestamp {
        self.answered_at.map_or(self.since + WATCH_LIFE, |at| at + ANSWER_SHOWN)
    }
}
