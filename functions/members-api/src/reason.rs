use std::str::FromStr;

use serde::Deserialize;
use sipstr_domain::account::Invalid;

/// Why somebody does something to another's account: 10 to 500 characters, kept with the record of it and shown to the
/// person.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 10, max_length = 500, example = "Asked for by telephone, ticket 4711")]
pub struct AuditReason(String);

impl AuditReason {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AuditReason {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if !(10..=500).contains(&text.chars().count()) || text.chars().any(char::is_control) {
            return Err(Invalid("must be 10 to 500 characters without control characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for AuditReason {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_is_one_line() {
        assert_eq!("  Asked for by telephone ".parse::<AuditReason>().unwrap().as_str(), "Asked for by telephone");
        for bad in ["", "because", "because    ", "asked for\nby telephone", &"x".repeat(501)] {
            assert!(bad.parse::<AuditReason>().is_err(), "{bad:?}");
        }
    }
}
