//! What is wrong with a rule file, before it decides anything.

mod hours;
mod whole;

use std::collections::HashSet;
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use sipstr_domain::catalog::Category;

use crate::kind::Drinks;
use crate::rule::{Asks, Rule, RuleFile};
use crate::set::RuleSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    /// The file must not be used.
    Error,
}

/// Something that is wrong, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// Stable, for programs.
    pub code: &'static str,
    /// The rule that it is about.
    pub rule: Option<String>,
    pub detail: String,
}

impl Finding {
    fn error(code: &'static str, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, rule: None, detail: detail.into() }
    }

    fn warning(code: &'static str, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, detail) }
    }

    fn about(self, rule: &Rule) -> Self {
        Self { rule: Some(rule.id.clone()), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity} {}: ", self.code)?;
        if let Some(rule) = &self.rule {
            write!(f, "{rule}: ")?;
        }
        f.write_str(&self.detail)
    }
}

/// How long a check of the source is good for.
fn check_is_good_for() -> Span {
    1.year()
}

const ALCOHOL: [Category; 5] =
    [Category::Beer, Category::Cider, Category::Wine, Category::Spirits, Category::ReadyToDrink];

/// Judges a file on top of what it inherits. An unknown category, kind or field never gets here: it does not parse.
pub fn lint(file: &RuleFile, parent: Option<&RuleSet>, today: Date) -> Vec<Finding> {
    let mut findings = header(file);
    let inherited: HashSet<&str> = match &file.inherits {
        Some(_) => {
            parent.map(|parent| parent.rules().iter().map(|rule| rule.id.as_str()).collect()).unwrap_or_default()
        }
        None => HashSet::new(),
    };
    let mut ids = HashSet::new();
    for rule in &file.rules {
        let prefix = format!("{}.", file.key);
        if !rule.id.starts_with(&prefix) || rule.id.len() == prefix.len() {
            findings.push(Finding::error("rule_id", format!("begins with `{prefix}`")).about(rule));
        }
        if !ids.insert(rule.id.as_str()) || inherited.contains(rule.id.as_str()) {
            findings.push(Finding::error("rule_id_twice", "another rule has this id").about(rule));
        }
        if let Some(unknown) = rule.replaces.iter().find(|id| !inherited.contains(id.as_str())) {
            findings.push(Finding::error("replaces_nothing", format!("`{unknown}` is not inherited")).about(rule));
        }
        findings.extend(of_rule(rule, today).into_iter().map(|finding| finding.about(rule)));
    }
    match RuleSet::compile(file.clone(), parent) {
        Ok(set) => {
            findings.extend(whole::of_set(&set, today));
            findings.extend(hours::never_open(&set, today));
        }
        Err(error) => findings.push(Finding::error("parent", error.to_string())),
    }
    findings
}

fn header(file: &RuleFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !file.key.split('-').all(part) {
        findings.push(Finding::error("key", "a key is lower-case words joined by dashes"));
    }
    if !(file.note.contains("sample") && file.note.contains("counsel")) {
        findings.push(Finding::error("note", "the note says that this is a sample to be confirmed by counsel"));
    }
    if !file.base && file.inherits.is_none() && file.time_zones.is_empty() {
        findings.push(Finding::warning("time_zones", "no time zone is named"));
    }
    for zone in file.time_zones.iter().filter(|zone| TimeZone::get(zone).is_err()) {
        findings.push(Finding::error("time_zones", format!("`{zone}` is not in the IANA database")));
    }
    findings
}

fn of_rule(rule: &Rule, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    if rule.citation.trim().is_empty() {
        findings.push(Finding::error("citation", "a rule says where it is written"));
    }
    if rule.checked_on > today {
        findings.push(Finding::error("checked_on", "it was checked on a day to come"));
    } else if rule.checked_on.checked_add(check_is_good_for()).is_ok_and(|until| until < today) {
        findings.push(Finding::warning("checked_on", format!("last checked on {}, over a year ago", rule.checked_on)));
    }
    if rule.from.zip(rule.until).is_some_and(|(from, until)| from > until) {
        findings.push(Finding::error("validity", "it ends before it begins"));
    }
    if rule.applies_to.drinks.iter().any(describes_nothing) {
        findings.push(Finding::error("drinks", "it describes drinks that cannot be"));
    }
    if asks_nothing(&rule.asks) {
        findings.push(Finding::error("empty", "it asks nothing"));
    }
    match rule.asks {
        Asks::MinimumAge { years } if !(16..=30).contains(&years) => {
            findings.push(Finding::error("implausible", format!("{years} is no legal age")));
        }
        Asks::MonthlyReport { by_day } if !(1..=28).contains(&by_day) => {
            findings.push(Finding::error("implausible", format!("not every month has a day {by_day}")));
        }
        _ => {}
    }
    findings
}

fn describes_nothing(drinks: &Drinks) -> bool {
    let range = drinks.abv_above.zip(drinks.abv_up_to).is_some_and(|(above, up_to)| above >= up_to);
    range || drinks.abv_above.is_some_and(|above| above >= 10_000) || drinks.categories == [Category::NonAlcoholic]
}

fn asks_nothing(asks: &Asks) -> bool {
    match asks {
        Asks::OnlyDuring { windows, steps } | Asks::NeverDuring { windows, steps, .. } => {
            windows.is_empty() || steps.is_empty()
        }
        Asks::DryDays { days, steps } => days.is_empty() || steps.is_empty(),
        Asks::Dry { ends, .. } | Asks::OptIn { ends, .. } => ends.is_empty(),
        Asks::LicenceClasses { classes } => classes.is_empty(),
        Asks::PremisesOnly { premises } | Asks::PremisesNever { premises } => premises.is_empty(),
        Asks::MostPerSale { centi_fluid_ounces, millilitres, containers } => {
            centi_fluid_ounces.or(*millilitres).or(*containers).is_none()
        }
        Asks::Keep { facts, .. } => facts.is_empty(),
        Asks::ContainerDeposit { tiers, .. } => tiers.is_empty(),
        Asks::MinimumUnitPrice { amount, .. } => *amount == 0,
        _ => false,
    }
}
