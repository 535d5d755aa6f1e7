//! Codes as people type them, and codes that are reckoned instead of stored.

use serde::{Deserialize, Serialize};

use crate::account::Invalid;

/// A code as typed: upper case, 3 to 32 letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "WELCOME10")]
pub struct PromoCode(String);

impl PromoCode {
    /// Of a promotion's own code, so that a unique code of a campaign has room for its end.
    pub const MOST_OF_NAME: usize = 18;

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

/// What a customer's code asks for: a promotion by its own code, or by one that is good for a single order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub promotion: PromoCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<PromoCode>,
}

impl Ask {
    pub const fn plain(promotion: PromoCode) -> Self {
        Self { promotion, unique: None }
    }
}

/// One of a campaign's codes: `<campaign>-<number><tag>`, where the tag can only be reckoned with the key. So a hundred
/// thousand codes are no items until they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueCode {
    pub campaign: PromoCode,
    pub number: u32,
    pub tag: u64,
}

/// Crockford's digits: none that are mistaken for each other.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const NUMBER_DIGITS: usize = 4;
const TAG_DIGITS: usize = 9;

impl UniqueCode {
    /// Numbers have four digits of 32.
    pub const MOST: u32 = 1_000_000;
    /// Tags have nine digits of 32: 45 bits, against twenty guesses in a quarter of an hour.
    pub const TAG_BOUND: u64 = 1 << (5 * TAG_DIGITS);

    /// `None` where a code has not this form; whether its tag is true is another question.
    pub fn parse(code: &PromoCode) -> Option<Self> {
        let (campaign, end) = code.as_str().rsplit_once('-')?;
        if end.len() != NUMBER_DIGITS + TAG_DIGITS {
            return None;
        }
        let (number, tag) = end.split_at(NUMBER_DIGITS);
        let campaign = PromoCode::try_from(campaign.to_owned()).ok()?;
        Some(Self { campaign, number: u32::try_from(value(number)?).ok()?, tag: value(tag)? })
    }

    pub fn code(&self) -> Result<PromoCode, Invalid> {
        let number = digits(u64::from(self.number), NUMBER_DIGITS);
        let tag = digits(self.tag, TAG_DIGITS);
        PromoCode::try_from(format!("{}-{number}{tag}", self.campaign.as_str()))
    }

    /// What the tag is reckoned from.
    pub fn claim(campaign: &PromoCode, number: u32) -> String {
        format!("{}#{number}", campaign.as_str())
    }
}

fn value(text: &str) -> Option<u64> {
    text.bytes().try_fold(0, |sum, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some(sum * 32 + digit as u64)
    })
}

fn digits(value: u64, count: usize) -> String {
    let digit = |place: usize| char::from(DIGITS[(value >> (5 * place)) as usize % 32]);
    (0..count).rev().map(digit).collect()
}

/// A group of customers: lower case, 2 to 32 letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

impl GroupName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GroupName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let sound = (2..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if sound { Ok(Self(text)) } else { Err(Invalid("must be 2 to 32 small letters, digits or dashes")) }
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_unique_code_is_read_as_it_was_written(number in 0_u32..UniqueCode::MOST, tag in 0..UniqueCode::TAG_BOUND) {
            let unique = UniqueCode { campaign: PromoCode::try_from("SUMMER-27".to_owned()).unwrap(), number, tag };
            let code = unique.code().unwrap();
            prop_assert_eq!(UniqueCode::parse(&code), Some(unique));
        }

        #[test]
        fn no_code_makes_the_reader_stumble(text in "[A-Z0-9-]{3,32}") {
            if let Some(unique) = PromoCode::try_from(text).ok().as_ref().and_then(UniqueCode::parse) {
                prop_assert!(unique.tag < UniqueCode::TAG_BOUND);
            }
        }
    }

    #[test]
    fn the_longest_name_leaves_room_for_the_end() {
        let campaign = PromoCode::try_from("C".repeat(PromoCode::MOST_OF_NAME)).unwrap();
        assert!(UniqueCode { campaign, number: UniqueCode::MOST, tag: UniqueCode::TAG_BOUND - 1 }.code().is_ok());
    }
}
