//! The rule file: what one place asks, each rule with its validity, its citation and the day it was last checked.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sipstr_domain::Currency;
use sipstr_domain::catalog::{Category, Container};
use sipstr_domain::money::Rate;

use crate::hours::{ClockChange, Day, Window};
use crate::kind::{Drinks, Kind};
use crate::place::{Area, Premises};

/// One edition of the rules of one place, as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleFile {
    /// Country, region, county or town, joined by dashes: `us`, `us-nj`, `us-nj-ocean-city`.
    pub key: String,
    pub name: String,
    /// The day from which this edition is asked; the first edition of a place is asked about the days before as well.
    pub version: Date,
    /// Says that the file is a sample, to whoever opens it.
    pub note: String,
    /// The edition of the place around it, such as `us@2026-11-27`: whoever names this edition names that one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherits: Option<String>,
    /// Whether it is there to be inherited and says too little to sell by.
    #[serde(default)]
    pub base: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_zones: Vec<String>,
    /// Where a county or town lies, so that an address finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
    pub rules: Vec<Rule>,
    /// What the law of this place has besides, and this file has not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_covered: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// Inherited rules that this one stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// First day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub citation: String,
    pub source: Source,
    pub checked_on: Date,
    #[serde(default, skip_serializing_if = "AppliesTo::is_everything")]
    pub applies_to: AppliesTo,
    pub asks: Asks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The law itself, or the authority that applies it.
    Primary,
    Secondary,
}

/// What a rule concerns; what is left out does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppliesTo {
    /// Any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drinks: Vec<Drinks>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<bool>,
    /// Doors that it does not concern.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except_premises: Vec<Premises>,
}

impl AppliesTo {
    fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    pub fn drink(&self, kind: Kind) -> bool {
        kind.is_alcohol() && (self.drinks.is_empty() || self.drinks.iter().any(|drinks| drinks.include(kind)))
    }

    /// A door of which nobody said what it is may be any.
    pub fn door(&self, premises: Option<Premises>, gift: bool) -> bool {
        self.gift.is_none_or(|asked| asked == gift)
            && premises.is_none_or(|premises| !self.except_premises.contains(&premises))
    }
}

/// When hours are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Order,
    Payment,
    HandOver,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Order, Self::Payment, Self::HandOver];
}

/// Which end of a delivery must not lie in a dry place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Store,
    Destination,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    Required,
    Forbidden,
}

/// What must be kept, where a law says so; nothing else of an ID is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Name,
    DateOfBirth,
    Address,
    Signature,
    IdSeen,
    Time,
    Reason,
    Drinks,
    Price,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    Dispatch,
    HandOver,
    Refusal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conduct {
    /// What was refused goes back to the licensee.
    ReturnToLicensee,
    /// A courier who refuses is not made to pay for it.
    NoCourierPenalty,
    /// The licensee answers for a third party's courier.
    LicenseeAnswers,
    /// Whoever looks young shows an ID: a written age policy.
    AgePolicy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LicenceClass {
    /// As the authority names it.
    pub class: String,
    pub categories: Vec<Category>,
}

/// Deposit on one container, in minor units: the first tier that fits holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tier {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<Container>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_centi_fluid_ounces: Option<u64>,
    pub amount: u32,
}

/// What a rule asks. The name of the variant is the rule's kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Asks {
    MinimumAge {
        years: u16,
    },
    /// Nothing is sold outside of the windows.
    OnlyDuring {
        windows: Vec<Window>,
        steps: Vec<Step>,
    },
    /// Nothing is sold within the windows.
    NeverDuring {
        windows: Vec<Window>,
        steps: Vec<Step>,
        #[serde(default)]
        clock_change: ClockChange,
    },
    DryDays {
        days: Vec<Day>,
        steps: Vec<Step>,
    },
    /// Alcohol is not sold: everywhere, or within an area.
    Dry {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Area>,
        ends: Vec<End>,
    },
    /// Dry by default: alcohol is sold only in the areas that opted in.
    OptIn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        areas: Option<Area>,
        ends: Vec<End>,
    },
    /// The drinks are taken for those of another category, by every rule.
    CountsAs {
        category: Category,
    },
    LicenceClasses {
        classes: Vec<LicenceClass>,
    },
    PremisesOnly {
        premises: Vec<Premises>,
    },
    PremisesNever {
        premises: Vec<Premises>,
    },
    MostPerSale {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        centi_fluid_ounces: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        millilitres: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        containers: Option<u64>,
    },
    /// Paid before the bottles leave the store.
    Prepaid {},
    NoQuantityDiscount {},
    NoCoupons {},
    NotBelowInvoice {},
    /// In minor units, for each 10 ml of pure alcohol, rounded up on what is sold as one.
    MinimumUnitPrice {
        amount: u32,
        currency: Currency,
    },
    /// A delivered bottle costs what it costs at the store's counter.
    NoMarkUp {},
    PriceHeld {
        hours: u16,
    },
    Identification {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<Scan>,
    },
    /// Only the adult whom the order names.
    NamedRecipient {},
    /// Never left at a door.
    Attended {},
    /// Whoever asked not to be sold to is not.
    SelfExclusion {},
    Keep {
        occasion: Occasion,
        facts: Vec<Fact>,
        /// Months after the occasion; absent where the law does not say how long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        months: Option<u16>,
    },
    /// Each month, by that day of the next one.
    MonthlyReport {
        by_day: u8,
    },
    Duty {
        conduct: Conduct,
    },
    ContainerDeposit {
        tiers: Vec<Tier>,
        /// Whether sales tax falls on the deposit too.
        taxable: bool,
    },
    /// On the price.
    PriceTax {
        rate: Rate,
    },
    /// In hundredths of a minor unit for each litre.
    LitreTax {
        hundredths: u32,
    },
    NoSalesTax {},
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFileError {
    /// It is no JSON, or no rule file: what and where stands in the text.
    #[error("not a rule file: {0}")]
    Unreadable(String),
    #[error("it inherits from `{0}`, and that is not there")]
    ParentMissing(String),
    #[error("`{key}` cannot inherit from `{parent}`: a place lies in what its key begins with")]
    NotWithin { key: String, parent: String },
}

impl RuleFile {
    pub fn parse(text: &str) -> Result<Self, RuleFileError> {
        serde_json::from_str(text).map_err(|error| RuleFileError::Unreadable(error.to_string()))
    }

    /// The name of this edition, which stands in every trace: `us-ca@2026-11-27`.
    pub fn edition(&self) -> String {
        format!("{}@{}", self.key, self.version)
    }
}

impl Rule {
    pub fn in_force_on(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from) && self.until.is_none_or(|until| date <= until)
    }
}
