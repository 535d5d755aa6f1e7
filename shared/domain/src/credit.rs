//! Store credit and gift cards: what somebody has, and the entries that say why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::money::{Currency, Money};
use crate::{LedgerEntryId, OrderId, UserId};

/// The least that a card is charged with: providers refuse less, so credit leaves so much or nothing to pay.
pub const LEAST_CHARGE: i64 = 50;

/// The most that support gives or sells at once, in minor units: a typing error should not become a fortune.
pub const MOST_AT_ONCE: i64 = 50_000;

/// Why credit came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// Given by support or administration.
    Issued,
    /// A gift card was made.
    CardIssued,
    /// A gift card became credit.
    Redeemed,
    /// An order was paid with it.
    Spent,
    /// An order that was paid with it ended, or goods were paid back.
    GivenBack,
    /// A small rest was paid out.
    CashedOut,
}

/// One movement of credit. Entries are never changed; their sum is the balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditEntry {
    pub id: LedgerEntryId,
    pub kind: CreditKind,
    /// Negative where credit went.
    pub money: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// Whoever gave it, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The code of a gift card: sixteen signs without those that are mistaken for each other, 80 random bits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "7K2M-9QXT-4VBN-0HJS")]
pub struct GiftCode(String);

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl GiftCode {
    pub fn of_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect())
    }

    /// Without dashes, in capitals.
    pub fn plain(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GiftCode {
    type Error = Invalid;

    /// Reads what people type: small letters, dashes, and the letters that look like digits.
    fn try_from(text: String) -> Result<Self, Invalid> {
        let invalid = Invalid("must be the sixteen signs of a gift card");
        if text.len() > 40 {
            return Err(invalid);
        }
        let signs =
            text.chars().filter(|sign| !matches!(sign, '-' | ' ')).map(|sign| match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                sign => sign,
            });
        let plain: String = signs.collect();
        let sound = plain.len() == 16 && plain.bytes().all(|byte| DIGITS.contains(&byte));
        if sound { Ok(Self(plain)) } else { Err(invalid) }
    }
}

impl From<GiftCode> for String {
    fn from(code: GiftCode) -> String {
        let parts: Vec<&str> = (0..4).map(|part| &code.0[4 * part..4 * part + 4]).collect();
        parts.join("-")
    }
}

impl std::fmt::Debug for GiftCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GiftCode(…)")
    }
}

/// A gift card as it is kept: under a keyed hash of its code, never with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GiftCard {
    /// Minor units that are left.
    pub balance: i64,
    pub currency: Currency,
    /// Where it was sold: whose law says when it expires.
    pub place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub issued_at: Timestamp,
}

impl GiftCard {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.balance > 0 && self.expires_at.is_none_or(|end| now < end)
    }
}

/// How much of a total a balance pays: all of it, or so much that the rest can be charged.
pub fn pays(balance: i64, total: i64) -> i64 {
    let most = balance.clamp(0, total.max(0));
    if most == total || total - most >= LEAST_CHARGE { most } else { (total - LEAST_CHARGE).max(0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn credit_leaves_nothing_to_pay_or_enough_to_charge(balance in -10_i64..10_000, total in 0_i64..10_000) {
            let paid = pays(balance, total);
            prop_assert!(paid >= 0 && paid <= total && paid <= balance.max(0));
            prop_assert!(paid == total || total - paid >= LEAST_CHARGE || paid == 0);
        }

        #[test]
        fn a_gift_code_is_read_as_it_is_shown(bytes in any::<[u8; 16]>()) {
            let code = GiftCode::of_bytes(bytes);
            let shown: String = code.clone().into();
            prop_assert_eq!(GiftCode::try_from(shown.to_lowercase()).unwrap(), code);
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "7K2M-9QXT-4VBN-0HJ", "7K2M-9QXT-4VBN-0HJU", "éK2M-9QXT-4VBN-0HJ"] {
            assert!(GiftCode::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
