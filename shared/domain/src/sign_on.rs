//! A store's own identity provider: whose addresses it may vouch for, and what its claims make of somebody.
//!
//! An owner is never made or unmade by a claim: who runs the provider does not decide who owns the store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::account::{Email, Invalid, StoreRole};

/// A domain of mail in lower case and ASCII, such as `bottles.example`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "bottles.example")]
pub struct DomainName(String);

impl DomainName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an address is of just this domain; one of a domain below it is not.
    pub fn has(&self, email: &Email) -> bool {
        email.as_str().rsplit_once('@').is_some_and(|(_, domain)| domain == self.0)
    }
}

impl FromStr for DomainName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name = text.trim().to_ascii_lowercase();
        let sound = |label: &str| {
            let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
        };
        // What ends in a number is an address, not a name.
        let named = name.rsplit('.').next().is_some_and(|last| last.bytes().any(|b| b.is_ascii_lowercase()));
        if name.len() <= 253 && name.contains('.') && name.split('.').all(sound) && named {
            Ok(Self(name))
        } else {
            Err(Invalid("must be a domain such as bottles.example"))
        }
    }
}

impl TryFrom<String> for DomainName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> String {
        name.0
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a claim can make of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimedRole {
    Manager,
    Picker,
}

impl From<ClaimedRole> for StoreRole {
    fn from(role: ClaimedRole) -> Self {
        match role {
            ClaimedRole::Manager => Self::Manager,
            ClaimedRole::Picker => Self::Picker,
        }
    }
}

/// Who has this value in the claim is this in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleRule {
    #[schema(min_length = 1, max_length = 200, example = "sipstr-managers")]
    pub value: String,
    pub role: ClaimedRole,
}

/// The highest role that the values of a claim lead to.
pub fn claimed_role(rules: &[RoleRule], values: &[String]) -> Option<StoreRole> {
    let roles = rules.iter().filter(|rule| values.contains(&rule.value)).map(|rule| StoreRole::from(rule.role));
    roles.reduce(|best, role| if role.is_above(best) { role } else { best })
}

/// What a sign-in through the store's provider changes of somebody's place in its staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffChange {
    Stays,
    Joins(StoreRole),
    Becomes(StoreRole),
    Leaves,
}

/// Holds what somebody is in a store against what the provider says.
pub fn staff_change(is: Option<StoreRole>, claimed: Option<StoreRole>) -> StaffChange {
    match (is, claimed) {
        (Some(StoreRole::Owner), _) | (None, None) => StaffChange::Stays,
        (Some(is), Some(claimed)) if is == claimed => StaffChange::Stays,
        (None, Some(claimed)) => StaffChange::Joins(claimed),
        (Some(_), Some(claimed)) => StaffChange::Becomes(claimed),
        (Some(_), None) => StaffChange::Leaves,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(value: &str, role: ClaimedRole) -> RoleRule {
        RoleRule { value: value.to_owned(), role }
    }

    #[test]
    fn the_highest_role_counts_and_no_claim_makes_an_owner() {
        let rules = [rule("staff", ClaimedRole::Picker), rule("leads", ClaimedRole::Manager)];
        let role =
            |values: &[&str]| claimed_role(&rules, &values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        assert_eq!(role(&["staff"]), Some(StoreRole::Picker));
        assert_eq!(role(&["staff", "leads"]), Some(StoreRole::Manager));
        assert_eq!(role(&["leads", "staff"]), Some(StoreRole::Manager));
        assert_eq!(role(&["Staff", "owner"]), None);
        assert!(serde_json::from_str::<RoleRule>(r#"{"value":"all","role":"owner"}"#).is_err());
    }

    #[test]
    fn who_owns_the_store_is_not_for_its_provider_to_say() {
        use StoreRole::{Manager, Owner, Picker};
        for claimed in [None, Some(Manager), Some(Picker)] {
            assert_eq!(staff_change(Some(Owner), claimed), StaffChange::Stays);
        }
        assert_eq!(staff_change(None, None), StaffChange::Stays);
        assert_eq!(staff_change(None, Some(Picker)), StaffChange::Joins(Picker));
        assert_eq!(staff_change(Some(Picker), Some(Picker)), StaffChange::Stays);
        assert_eq!(staff_change(Some(Manager), Some(Picker)), StaffChange::Becomes(Picker));
        assert_eq!(staff_change(Some(Manager), None), StaffChange::Leaves);
    }

    #[test]
    fn a_domain_has_its_own_addresses_and_no_others() {
        let domain: DomainName = " Bottles.Example ".parse().unwrap();
        let has = |email: &str| domain.has(&email.parse().unwrap());
        assert!(has("ada@bottles.example") && has("Ada@BOTTLES.example"));
        assert!(!has("ada@evil-bottles.example") && !has("ada@sub.bottles.example") && !has("ada@example.com"));
        for bad in
            ["", "example", "127.0.0.1", "a b.example", "-a.example", "a..example", "x.example/y", "bücher.example"]
        {
            assert!(bad.parse::<DomainName>().is_err(), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_a_domain_or_is_refused(text in "\\PC{0,40}") {
            if let Ok(domain) = text.parse::<DomainName>() {
                prop_assert_eq!(domain.as_str().parse::<DomainName>(), Ok(domain.clone()));
            }
        }
    }
}
