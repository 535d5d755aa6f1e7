//! A cart of somebody who has not signed in: whoever has its token has it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{LeftOut, Lines};
use crate::promotion::PromoCode;
use crate::{CartId, StoreId, UserId};

/// A guest's cart goes so long after its last change.
pub const GUEST_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One that went into a customer's cart is kept for the repetition of the request only. It names the customer, so that it goes
/// within the grace of who wants to be forgotten, and nobody has to look for it.
pub const MERGED_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// It is of one store for good; who visits another store as a guest begins another cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestCart {
    #[serde(rename = "pk")]
    pub id: CartId,
    /// Of the token that opens it; the token itself is stored nowhere.
    pub token_hash: String,
    pub store_id: StoreId,
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    #[serde(default)]
    pub tip: i64,
    #[serde(default)]
    pub lines: Lines,
    /// When tip and code were chosen, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Timestamp>,
    pub changed_at: Timestamp,
    /// Into whose cart it went; it is closed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    pub customer_id: UserId,
    /// What the merge told, so that its repetition tells the same.
    pub left_out: Vec<LeftOut>,
}

impl GuestCart {
    pub fn new(id: CartId, token_hash: String, store_id: StoreId, now: Timestamp) -> Self {
        Self {
            id,
            token_hash,
            store_id,
            version: 1,
            promo_code: None,
            tip: 0,
            lines: Lines::default(),
            chosen_at: None,
            changed_at: now,
            merged: None,
        }
    }

    pub fn expires_at(&self) -> Timestamp {
        self.changed_at + if self.merged.is_some() { MERGED_LIFE } else { GUEST_LIFE }
    }

    /// Closes it: what it held is in the customer's cart.
    pub fn close(&mut self, customer: UserId, left_out: Vec<LeftOut>, now: Timestamp) {
        self.changed_at = now;
        self.merged = Some(Merged { customer_id: customer, left_out });
        self.lines.clear();
        self.promo_code = None;
        self.tip = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy;

    #[test]
    fn one_that_names_somebody_is_gone_before_they_are_forgotten() {
        let mut cart = GuestCart::new(CartId::new(), "hash".into(), StoreId::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(cart.expires_at(), Timestamp::UNIX_EPOCH + GUEST_LIFE);
        let merged = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(5);
        cart.close(UserId::new(), Vec::new(), merged);
        assert_eq!(cart.expires_at(), merged + MERGED_LIFE);
        assert!(MERGED_LIFE < privacy::ERASURE_GRACE);
    }
}
