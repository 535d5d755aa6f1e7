//! A rule set: an edition together with what it inherits, in the order in which it is asked.

use std::ops::Range;

use jiff::civil::Date;

use crate::kind::Kind;
use crate::place::Area;
use crate::rule::{Asks, Rule, RuleFile, RuleFileError};

/// What a rule is about. Within a rule set the rules lie in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Category,
    Prohibition,
    Age,
    Hours,
    Premises,
    Quantity,
    Price,
    Offer,
    PriceChange,
    Exclusion,
    Licence,
    Payment,
    Attended,
    Identification,
    Recipient,
    Duty,
    Deposit,
    Tax,
}

const SUBJECTS: usize = Subject::Tax as usize + 1;

impl Asks {
    pub const fn subject(&self) -> Subject {
        match self {
            Self::CountsAs { .. } => Subject::Category,
            Self::Dry { .. } | Self::OptIn { .. } => Subject::Prohibition,
            Self::MinimumAge { .. } => Subject::Age,
            Self::OnlyDuring { .. } | Self::NeverDuring { .. } | Self::DryDays { .. } => Subject::Hours,
            Self::PremisesOnly { .. } | Self::PremisesNever { .. } => Subject::Premises,
            Self::MostPerSale { .. } => Subject::Quantity,
            Self::MinimumUnitPrice { .. } | Self::NotBelowInvoice {} | Self::NoMarkUp {} => Subject::Price,
            Self::NoQuantityDiscount {} | Self::NoCoupons {} => Subject::Offer,
            Self::PriceHeld { .. } => Subject::PriceChange,
            Self::SelfExclusion {} => Subject::Exclusion,
            Self::LicenceClasses { .. } => Subject::Licence,
            Self::Prepaid {} => Subject::Payment,
            Self::Attended {} => Subject::Attended,
            Self::Identification { .. } => Subject::Identification,
            Self::NamedRecipient {} => Subject::Recipient,
            Self::Keep { .. } | Self::MonthlyReport { .. } | Self::Duty { .. } => Subject::Duty,
            Self::ContainerDeposit { .. } => Subject::Deposit,
            Self::PriceTax { .. } | Self::LitreTax { .. } | Self::NoSalesTax {} => Subject::Tax,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct RuleSet {
    pub key: String,
    pub name: String,
    /// `us-ca@2026-11-27`: names this set and everything that it inherits.
    pub edition: String,
    /// Whether orders can be judged by it; a base is only inherited.
    pub complete: bool,
    pub area: Option<Area>,
    rules: Vec<Rule>,
    by_subject: [Range<usize>; SUBJECTS],
}

impl RuleSet {
    /// Puts a file on top of what it inherits.
    pub fn compile(file: RuleFile, parent: Option<&RuleSet>) -> Result<Self, RuleFileError> {
        let edition = file.edition();
        if let Some(named) = &file.inherits {
            let parent = parent.filter(|parent| parent.edition == *named);
            let parent = parent.ok_or_else(|| RuleFileError::ParentMissing(named.clone()))?;
            if !lies_within(&file.key, &parent.key) {
                return Err(RuleFileError::NotWithin { key: file.key, parent: parent.key.clone() });
            }
        }
        let inherited = parent.filter(|_| file.inherits.is_some()).map(|parent| parent.rules.as_slice());
        let replaced = |rule: &&Rule| !file.rules.iter().any(|own| own.replaces.contains(&rule.id));
        let mut rules: Vec<Rule> = inherited.unwrap_or_default().iter().filter(replaced).cloned().collect();
        rules.extend(file.rules);
        // Stable: what is inherited is asked before what is added.
        rules.sort_by_key(|rule| rule.asks.subject());
        let by_subject = std::array::from_fn(|subject| {
            let at = |rule: &Rule| rule.asks.subject() as usize;
            rules.partition_point(|rule| at(rule) < subject)..rules.partition_point(|rule| at(rule) <= subject)
        });
        let (key, name, area) = (file.key, file.name, file.area);
        Ok(Self { key, name, edition, complete: !file.base, area, rules, by_subject })
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Those about a subject that hold on a day.
    pub fn about(&self, subject: Subject, on: Date) -> impl Iterator<Item = &Rule> {
        self.rules[self.by_subject[subject as usize].clone()].iter().filter(move |rule| rule.in_force_on(on))
    }

    /// What a drink is here: some laws take strong wine for spirits.
    pub fn kind(&self, kind: Kind, on: Date) -> Kind {
        let taken = self.about(Subject::Category, on).find_map(|rule| match rule.asks {
            Asks::CountsAs { category } if rule.applies_to.drink(kind) => Some(category),
            _ => None,
        });
        Kind { category: taken.unwrap_or(kind.category), ..kind }
    }

    /// The age from which everything is sold, where there is one: the highest that is asked.
    pub fn legal_age(&self, on: Date) -> Option<u16> {
        let years = self.about(Subject::Age, on).filter_map(|rule| match rule.asks {
            Asks::MinimumAge { years } => Some(years),
            _ => None,
        });
        years.max()
    }
}

/// A town lies in its region, and a region in its country.
pub(crate) fn lies_within(key: &str, outer: &str) -> bool {
    key.strip_prefix(outer).is_some_and(|rest| rest.starts_with('-'))
}

/// Country and region of a key: borders that a delivery does not cross.
pub(crate) fn region(key: &str) -> &str {
    let mut dashes = key.match_indices('-').map(|(at, _)| at);
    let end = dashes.nth(1).unwrap_or(key.len());
    &key[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_each_other_by_their_keys() {
        assert!(lies_within("us-nj-ocean-city", "us-nj") && lies_within("us-nj", "us"));
        assert!(!lies_within("us-nj", "us-n") && !lies_within("us", "us"));
        assert_eq!((region("us-nj-ocean-city"), region("us-nj"), region("us")), ("us-nj", "us-nj", "us"));
    }
}
