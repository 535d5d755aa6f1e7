//! Rules that do not go together, and what no rule is about.

use std::mem::discriminant;

use jiff::civil::Date;

use super::{ALCOHOL, Finding};
use crate::kind::{Drinks, Kind};
use crate::place::Premises;
use crate::rule::{AppliesTo, Asks, Rule, Scan};
use crate::set::{RuleSet, Subject};

pub(super) fn of_set(set: &RuleSet, today: Date) -> Vec<Finding> {
    let mut findings = overlaps(set);
    findings.extend(gaps_in_time(set));
    findings.extend(contradictions(set, today));
    if set.complete && !dry_everywhere(set, today) {
        findings.extend(without_age(set, today));
    }
    findings
}

/// Of these one holds at a time for each drink; a second one contradicts it, or was meant to replace it.
fn is_singular(asks: &Asks) -> bool {
    matches!(
        asks,
        Asks::MinimumAge { .. }
            | Asks::CountsAs { .. }
            | Asks::LicenceClasses { .. }
            | Asks::MostPerSale { .. }
            | Asks::MinimumUnitPrice { .. }
            | Asks::PriceHeld { .. }
            | Asks::ContainerDeposit { .. }
            | Asks::PriceTax { .. }
            | Asks::LitreTax { .. }
            | Asks::MonthlyReport { .. }
    )
}

/// Pairs of singular rules about the same thing.
fn rivals(set: &RuleSet) -> impl Iterator<Item = (&Rule, &Rule)> {
    let rules = set.rules();
    let pairs = (0..rules.len()).flat_map(move |i| rules[i + 1..].iter().map(move |other| (&rules[i], other)));
    pairs.filter(|(a, b)| {
        is_singular(&a.asks)
            && discriminant(&a.asks) == discriminant(&b.asks)
            && share_a_drink(&a.applies_to, &b.applies_to)
    })
}

fn share_a_drink(a: &AppliesTo, b: &AppliesTo) -> bool {
    let everything = [Drinks::default()];
    let of = |applies: &AppliesTo| if applies.drinks.is_empty() { everything.to_vec() } else { applies.drinks.clone() };
    of(a).iter().any(|drinks| of(b).iter().any(|other| drinks.overlap(other)))
}

fn overlaps(set: &RuleSet) -> Vec<Finding> {
    let ends_before = |a: &Rule, b: &Rule| a.until.zip(b.from).is_some_and(|(until, from)| until < from);
    rivals(set)
        .filter(|(a, b)| !ends_before(a, b) && !ends_before(b, a))
        .map(|(a, b)| Finding::error("overlap", format!("holds together with `{}` for the same drinks", a.id)).about(b))
        .collect()
}

/// Between two rules of which one follows the other no day is left out.
fn gaps_in_time(set: &RuleSet) -> Vec<Finding> {
    let follows = |a: &Rule, b: &Rule| a.until.and_then(|until| until.tomorrow().ok()).zip(b.from);
    rivals(set)
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .filter_map(|(a, b)| {
            let (day, from) = follows(a, b)?;
            let bridged = set.rules().iter().any(|rule| {
                discriminant(&rule.asks) == discriminant(&a.asks)
                    && share_a_drink(&rule.applies_to, &a.applies_to)
                    && rule.in_force_on(day)
            });
            let gap = || Finding::error("gap", format!("from {day} on nothing holds until `{}`", b.id)).about(a);
            (day < from && !bridged).then(gap)
        })
        .collect()
}

fn contradictions(set: &RuleSet, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let scans: Vec<Scan> = set
        .about(Subject::Identification, today)
        .filter_map(|rule| match rule.asks {
            Asks::Identification { scan } => scan,
            _ => None,
        })
        .collect();
    if scans.contains(&Scan::Required) && scans.contains(&Scan::Forbidden) {
        findings.push(Finding::error("contradiction", "an ID must be scanned, and must not be"));
    }
    let mut never: Vec<Premises> = Vec::new();
    let mut only: Option<Vec<Premises>> = None;
    for rule in set.about(Subject::Premises, today) {
        match &rule.asks {
            Asks::PremisesNever { premises } => never.extend(premises),
            Asks::PremisesOnly { premises } => match &mut only {
                Some(only) => only.retain(|door| premises.contains(door)),
                None => only = Some(premises.clone()),
            },
            _ => {}
        }
    }
    if only.is_some_and(|only| only.iter().all(|door| never.contains(door))) {
        findings.push(Finding::error("contradiction", "there is no door to which alcohol may be brought"));
    }
    findings
}

pub(super) fn dry_everywhere(set: &RuleSet, today: Date) -> bool {
    set.about(Subject::Prohibition, today).any(|rule| matches!(rule.asks, Asks::Dry { within: None, .. }))
}

fn without_age(set: &RuleSet, today: Date) -> Vec<Finding> {
    let aged = |kind| set.about(Subject::Age, today).any(|rule| rule.applies_to.drink(kind));
    let missing = ALCOHOL.into_iter().filter(|category| !aged(set.kind(Kind::of(*category), today)));
    missing.map(|category| Finding::warning("gap", format!("no legal age for {category}: it is refused"))).collect()
}
