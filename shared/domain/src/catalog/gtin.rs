//! Numbers under bar codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::account::Invalid;

/// A Global Trade Item Number (GS1 General Specifications §3.3) of 8, 12, 13 or 14 digits, kept as fourteen, so that one bar
/// code has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([0-9]{8}|[0-9]{12,14})$", example = "05411551080012")]
pub struct Gtin(String);

impl Gtin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check digit of the digits before it: weights 3 and 1 from the right (GS1 General Specifications §7.9).
fn check_digit(digits: &[u8]) -> u8 {
    let weighted = digits.iter().rev().zip([3_u32, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

impl FromStr for Gtin {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.as_bytes();
        if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Invalid("must be 8, 12, 13 or 14 digits"));
        }
        match digits.split_last() {
            Some((last, rest)) if check_digit(rest) == *last && digits.iter().any(|digit| *digit != b'0') => {
                Ok(Self(format!("{text:0>14}")))
            }
            _ => Err(Invalid("the last digit does not check the others")),
        }
    }
}

impl TryFrom<String> for Gtin {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Gtin> for String {
    fn from(gtin: Gtin) -> String {
        gtin.0
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bar_codes_of_each_length_have_one_spelling() {
        // Samples of GS1's check digit calculator.
        for (text, whole) in
            [("96385074", "00000096385074"), ("614141000036", "00614141000036"), ("6291041500213", "06291041500213")]
        {
            assert_eq!(text.parse::<Gtin>().unwrap().as_str(), whole);
            assert_eq!(whole.parse::<Gtin>().unwrap().as_str(), whole);
        }
    }

    #[test]
    fn what_is_no_bar_code_is_refused() {
        for text in ["", "00000000", "96385075", "9638507", "963850740", "６291041500213", "629104150021X"] {
            assert!(text.parse::<Gtin>().is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_single_wrong_digit_passes(body in "[1-9][0-9]{11}", place in 0_usize..13, by in 1_u8..10) {
            let mut digits = body.into_bytes();
            digits.push(check_digit(&digits));
            let right = String::from_utf8(digits.clone()).unwrap();
            prop_assert!(right.parse::<Gtin>().is_ok());
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert!(wrong.parse::<Gtin>().is_err());
        }
    }
}
