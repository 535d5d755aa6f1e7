//! Discount codes: what they give, to whom, until when and how often.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreId;
use crate::account::Invalid;
use crate::money::Rate;

/// A code as typed: upper case, 3 to 32 letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "WELCOME10")]
pub struct PromoCode(String);

impl PromoCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PromoCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let code = text.trim().to_uppercase();
        let sound = (3..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if sound { Ok(Self(code)) } else { Err(Invalid("must be 3 to 32 letters, digits or dashes")) }
    }
}

impl From<PromoCode> for String {
    fn from(code: PromoCode) -> String {
        code.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Benefit {
    /// Off the goods; deposits, taxes, fees and tips are never discounted.
    PercentOffItems {
        rate: Rate,
    },
    /// Off the goods, in minor units, at most their value.
    AmountOffItems {
        amount: i64,
    },
    FreeDelivery,
}

/// A promotion behind a code. `used` is counted by the transaction that places the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Promotion {
    pub code: PromoCode,
    pub title: String,
    pub benefit: Benefit,
    pub minimum_basket: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub limit: u32,
    #[serde(default)]
    pub used: u32,
    pub once_per_customer: bool,
}

/// Why a code gives nothing; said in words that help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotApplicable {
    #[error("this code is not known")]
    Unknown,
    #[error("this code is not valid yet")]
    NotYet,
    #[error("this code has expired")]
    Expired,
    #[error("this code has been used up")]
    UsedUp,
    #[error("you have used this code before")]
    UsedByYou,
    #[error("this code is for another store")]
    OtherStore,
    #[error("the goods must be worth at least {minimum} minor units for this code")]
    BasketTooSmall { minimum: i64 },
    #[error("{detail}")]
    Unlawful { rule: String, detail: String },
}

impl Promotion {
    pub fn check(
        &self,
        store: &StoreId,
        goods: i64,
        used_by_customer: bool,
        now: Timestamp,
    ) -> Result<(), NotApplicable> {
        if now < self.starts_at {
            return Err(NotApplicable::NotYet);
        }
        if now >= self.ends_at {
            return Err(NotApplicable::Expired);
        }
        if self.used >= self.limit {
            return Err(NotApplicable::UsedUp);
        }
        if self.once_per_customer && used_by_customer {
            return Err(NotApplicable::UsedByYou);
        }
        if self.store_id.as_ref().is_some_and(|only| only != store) {
            return Err(NotApplicable::OtherStore);
        }
        if goods < self.minimum_basket {
            return Err(NotApplicable::BasketTooSmall { minimum: self.minimum_basket });
        }
        Ok(())
    }
}
