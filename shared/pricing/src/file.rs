//! A file of taxes: those of one place, each with its law and the days on which it holds.

use jiff::civil::Date;
use serde::Deserialize;
use sipstr_domain::catalog::Category;
use sipstr_domain::money::Rate;
use sipstr_domain::pricing::FeeKind;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaxFile {
    pub key: String,
    pub name: String,
    pub note: String,
    pub taxes: Vec<TaxRule>,
}

/// One tax over one period. The same id may hold at another rate in another one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaxRule {
    pub id: String,
    pub name: String,
    pub citation: String,
    /// First day.
    pub from: Date,
    /// First day on which it holds no more.
    pub until: Option<Date>,
    pub measure: Measure,
    /// Whether shelf prices hold it already.
    #[serde(default)]
    pub included: bool,
    /// Taxes whose amounts are taxed too; they stand above it.
    #[serde(default)]
    pub on_taxes: Vec<String>,
    /// Categories of goods; all of them where none is named.
    #[serde(default)]
    pub categories: Vec<Category>,
    #[serde(default)]
    pub fees: Vec<FeeKind>,
    pub rounding: Rounding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Measure {
    /// Millionths.
    Rate(Rate),
    /// The rate that the store is set to: local rates differ from street to street.
    StoreRate {},
    /// Hundredths of a minor unit.
    PerLitre(u32),
    /// Hundredths of a minor unit a litre of pure alcohol.
    PerLitreOfAlcohol(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rounding {
    pub to: RoundTo,
    pub once: Once,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundTo {
    /// Half a unit goes up.
    Nearest,
    /// Half a unit goes to the even one.
    Even,
    Down,
}

/// What is rounded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    /// All that bears the tax, then split by largest remainder.
    Bill,
    Line,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxFileError {
    #[error("not a file of taxes: {0}")]
    Unreadable(String),
    #[error("{id} is not named after {key}")]
    ForeignId { id: String, key: String },
    #[error("{id} has no citation")]
    NoCitation { id: String },
    #[error("{id} ends before it begins")]
    EmptyPeriod { id: String },
    #[error("{id} holds twice on the same day")]
    Overlap { id: String },
    #[error("{id} is on {on}, which does not stand above it")]
    Order { id: String, on: String },
    #[error("{id}: only a rate can be within a price")]
    IncludedVolume { id: String },
    #[error("{key} has rates within its prices and rates on top of them at once")]
    Mixed { key: String },
    #[error("{key} has more taxes than a bill can name")]
    TooMany { key: String },
}

impl TaxRule {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn meets(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from < until) && other.until.is_none_or(|until| self.from < until)
    }

    fn is_rate(&self) -> bool {
        matches!(self.measure, Measure::Rate(_) | Measure::StoreRate {})
    }
}

impl TaxFile {
    /// Reads a file and refuses what no bill could be made by.
    pub fn parse(text: &str) -> Result<Self, TaxFileError> {
        let file: Self = serde_json::from_str(text).map_err(|error| TaxFileError::Unreadable(error.to_string()))?;
        let key = || file.key.clone();
        if file.taxes.len() > 64 {
            return Err(TaxFileError::TooMany { key: key() });
        }
        for (place, rule) in file.taxes.iter().enumerate() {
            file.check(place, rule)?;
        }
        Ok(file)
    }

    fn check(&self, place: usize, rule: &TaxRule) -> Result<(), TaxFileError> {
        let id = || rule.id.clone();
        let above = &self.taxes[..place];
        if !rule.id.starts_with(&format!("{}.", self.key)) {
            return Err(TaxFileError::ForeignId { id: id(), key: self.key.clone() });
        }
        if rule.citation.trim().is_empty() {
            return Err(TaxFileError::NoCitation { id: id() });
        }
        if rule.until.is_some_and(|until| until <= rule.from) {
            return Err(TaxFileError::EmptyPeriod { id: id() });
        }
        if above.iter().any(|other| other.id == rule.id && other.meets(rule)) {
            return Err(TaxFileError::Overlap { id: id() });
        }
        if let Some(on) = rule.on_taxes.iter().find(|on| !above.iter().any(|other| other.id == **on)) {
            return Err(TaxFileError::Order { id: id(), on: on.clone() });
        }
        if rule.included && !rule.is_rate() {
            return Err(TaxFileError::IncludedVolume { id: id() });
        }
        let mixed = |other: &&TaxRule| {
            other.is_rate() && rule.is_rate() && other.included != rule.included && other.meets(rule)
        };
        if above.iter().any(|other| mixed(&other)) {
            return Err(TaxFileError::Mixed { key: self.key.clone() });
        }
        Ok(())
    }
}
