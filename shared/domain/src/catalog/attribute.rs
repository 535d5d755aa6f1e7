//! What can be said of a product beyond what the law reads: each attribute is defined once, and its values are read by that.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::words::{Names, line};
use crate::account::Invalid;

/// Values that a closed list has at most.
const MOST_VALUES: usize = 200;

/// What an attribute is called in requests: `vintage`, `residual_sugar`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z][a-z0-9_]{0,39}$", example = "residual_sugar")]
pub struct AttributeKey(String);

impl AttributeKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AttributeKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        match text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(inner) {
            true => Ok(Self(text.to_owned())),
            false => Err(Invalid("must be a lower-case letter, then up to 39 of a to z, 0 to 9 and _")),
        }
    }
}

impl TryFrom<String> for AttributeKey {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<AttributeKey> for String {
    fn from(key: AttributeKey) -> String {
        key.0
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number with at most three decimals, kept in thousandths, so that what was written is what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, example = 4.5)]
pub struct Quantity(i64);

/// Thousandths up to which a `f64` says each of them exactly.
const MOST: f64 = 1e15;

impl Quantity {
    pub const fn thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }
}

impl TryFrom<f64> for Quantity {
    type Error = Invalid;

    fn try_from(number: f64) -> Result<Self, Invalid> {
        let thousandths = number * 1_000.0;
        let whole = thousandths.round();
        if !thousandths.is_finite() || whole.abs() > MOST || (thousandths - whole).abs() > 1e-6 * whole.abs().max(1.0) {
            return Err(Invalid("must be a number of at most twelve digits and three decimals"));
        }
        Ok(Self(whole as i64))
    }
}

impl From<Quantity> for f64 {
    fn from(quantity: Quantity) -> f64 {
        quantity.0 as f64 / 1_000.0
    }
}

/// A value, as its attribute's kind reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum AttributeValue {
    Flag(bool),
    Number(Quantity),
    Choice(String),
    Choices(BTreeSet<String>),
}

pub type Attributes = BTreeMap<AttributeKey, AttributeValue>;

/// What values an attribute may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum AttributeKind {
    Flag,
    /// In this unit, if it has one; both bounds included.
    #[serde(rename_all = "camelCase")]
    Number {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum: Option<Quantity>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maximum: Option<Quantity>,
    },
    /// One of a closed list.
    Choice {
        allowed: BTreeSet<String>,
    },
    /// Any of a closed list, such as allergens; none is told from nothing said.
    Choices {
        allowed: BTreeSet<String>,
    },
}

impl AttributeKind {
    fn sound(&self) -> Result<(), Invalid> {
        match self {
            Self::Flag => Ok(()),
            Self::Number { unit, minimum, maximum } => {
                if unit.as_deref().is_some_and(|unit| line(unit, 20).as_deref() != Ok(unit)) {
                    return Err(Invalid("a unit has 1 to 20 characters"));
                }
                match (minimum, maximum) {
                    (Some(least), Some(most)) if least > most => Err(Invalid("the minimum is above the maximum")),
                    _ => Ok(()),
                }
            }
            Self::Choice { allowed } | Self::Choices { allowed } => {
                let plain = |value: &String| line(value, 60).as_ref() == Ok(value);
                match (1..=MOST_VALUES).contains(&allowed.len()) && allowed.iter().all(plain) {
                    true => Ok(()),
                    false => Err(Invalid("a list has 1 to 200 values of 1 to 60 characters")),
                }
            }
        }
    }

    /// Whether every value that was right before is right still.
    fn keeps(&self, before: &Self) -> bool {
        match (before, self) {
            (Self::Flag, Self::Flag) => true,
            (
                Self::Number { unit: was, minimum: least, maximum: most },
                Self::Number { unit: is, minimum, maximum },
            ) => {
                was == is
                    && minimum.is_none_or(|new| least.is_some_and(|old| new <= old))
                    && maximum.is_none_or(|new| most.is_some_and(|old| new >= old))
            }
            (Self::Choice { allowed: before }, Self::Choice { allowed: after })
            | (Self::Choices { allowed: before }, Self::Choices { allowed: after }) => before.is_subset(after),
            _ => false,
        }
    }
}

/// An attribute that products may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeDefinition {
    pub key: AttributeKey,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub label: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: Names,
    pub kind: AttributeKind,
    /// Products that have it.
    #[serde(default)]
    pub uses: u64,
}

impl AttributeDefinition {
    pub fn sound(&self) -> Result<(), Invalid> {
        line(&self.label, 60)?;
        self.kind.sound()
    }

    /// Whether products that have it may keep their values under another kind: lists may grow and bounds widen.
    pub fn may_become(&self, kind: &AttributeKind) -> bool {
        self.uses == 0 || kind.keeps(&self.kind)
    }

    pub fn accepts(&self, value: &AttributeValue) -> Result<(), Invalid> {
        let fits = match (&self.kind, value) {
            (AttributeKind::Flag, AttributeValue::Flag(_)) => true,
            (AttributeKind::Number { minimum, maximum, .. }, AttributeValue::Number(number)) => {
                minimum.is_none_or(|least| *number >= least) && maximum.is_none_or(|most| *number <= most)
            }
            (AttributeKind::Choice { allowed }, AttributeValue::Choice(value)) => allowed.contains(value),
            (AttributeKind::Choices { allowed }, AttributeValue::Choices(values)) => values.is_subset(allowed),
            _ => false,
        };
        let expected = match self.kind {
            AttributeKind::Flag => "must be true or false",
            AttributeKind::Number { .. } => "must be a number within the attribute's bounds",
            AttributeKind::Choice { .. } => "must be one of the attribute's values",
            AttributeKind::Choices { .. } => "must be a list of the attribute's values",
        };
        if fits { Ok(()) } else { Err(Invalid(expected)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(minimum: Option<i64>, maximum: Option<i64>) -> AttributeKind {
        let bound = |bound: Option<i64>| bound.map(Quantity::thousandths);
        AttributeKind::Number { unit: None, minimum: bound(minimum), maximum: bound(maximum) }
    }

    fn list(values: &[&str]) -> AttributeKind {
        AttributeKind::Choices { allowed: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn definition(kind: AttributeKind, uses: u64) -> AttributeDefinition {
        let key = "vintage".parse().unwrap();
        AttributeDefinition { key, version: 1, label: "Vintage".into(), labels: Names::new(), kind, uses }
    }

    fn value(json: &str) -> AttributeValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_value_is_read_by_its_definition() {
        let year = definition(number(Some(1_800_000), Some(2_100_000)), 0);
        assert!(year.accepts(&value("2019")).is_ok());
        for wrong in ["1799", "2100.001", "true", "\"2019\"", "[]"] {
            assert!(year.accepts(&value(wrong)).is_err(), "{wrong}");
        }
        let allergens = definition(list(&["gluten", "sulphites"]), 0);
        for right in ["[]", "[\"gluten\"]", "[\"sulphites\",\"gluten\",\"gluten\"]"] {
            assert!(allergens.accepts(&value(right)).is_ok(), "{right}");
        }
        assert!(allergens.accepts(&value("[\"milk\"]")).is_err());
        assert!(definition(AttributeKind::Flag, 0).accepts(&value("false")).is_ok());
        assert!(serde_json::from_str::<AttributeValue>("{}").is_err());
        assert!(serde_json::from_str::<AttributeValue>("1.0001").is_err());
    }

    #[test]
    fn what_is_in_use_may_only_widen() {
        let used = definition(number(Some(0), Some(10_000)), 1);
        for (kind, may) in [
            (number(Some(0), Some(20_000)), true),
            (number(None, None), true),
            (number(Some(1), Some(10_000)), false),
            (number(Some(0), Some(9_999)), false),
            (AttributeKind::Flag, false),
        ] {
            assert_eq!(used.may_become(&kind), may, "{kind:?}");
        }
        assert!(definition(number(None, None), 0).may_become(&AttributeKind::Flag));
        let used = definition(list(&["gluten"]), 1);
        assert!(used.may_become(&list(&["gluten", "milk"])) && !used.may_become(&list(&["milk"])));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn a_number_is_read_as_it_was_written(thousandths in -1_000_000_000_000_i64..1_000_000_000_000) {
            let written = serde_json::to_string(&Quantity::thousandths(thousandths)).unwrap();
            let text = format!("{}{}.{:03}", if thousandths < 0 { "-" } else { "" }, thousandths.abs() / 1_000, thousandths.abs() % 1_000);
            for text in [written, text] {
                prop_assert_eq!(serde_json::from_str::<Quantity>(&text).unwrap(), Quantity::thousandths(thousandths));
            }
        }
    }
}
