//! Whether there is a minute of the week in which a drink can be sold.

use jiff::civil::{Date, Weekday};

use super::whole::dry_everywhere;
use super::{ALCOHOL, Finding};
use crate::hours::Window;
use crate::kind::Kind;
use crate::rule::{Asks, Step};
use crate::set::{RuleSet, Subject};

const DAY: usize = 24 * 60;

pub(super) fn never_open(set: &RuleSet, today: Date) -> Vec<Finding> {
    if dry_everywhere(set, today) {
        return Vec::new();
    }
    let shut = ALCOHOL.into_iter().flat_map(|category| Step::ALL.map(|step| (category, step)));
    shut.filter(|(category, step)| !minutes(set, Kind::of(*category), *step, today).contains(&true))
        .map(|(category, step)| {
            Finding::error("never_open", format!("there is no minute of the week for {category} at {step:?}"))
        })
        .collect()
}

/// Minute by minute of a common week, whether the hours allow a step.
fn minutes(set: &RuleSet, kind: Kind, step: Step, today: Date) -> Vec<bool> {
    let mut open = vec![true; 7 * DAY];
    let kind = set.kind(kind, today);
    for rule in set.about(Subject::Hours, today).filter(|rule| rule.applies_to.drink(kind)) {
        let (windows, inside_is_open) = match &rule.asks {
            Asks::OnlyDuring { windows, steps } if steps.contains(&step) => (windows, true),
            Asks::NeverDuring { windows, steps, .. } if steps.contains(&step) => (windows, false),
            _ => continue,
        };
        let mut inside = vec![false; 7 * DAY];
        windows.iter().for_each(|window| mark(&mut inside, window));
        open.iter_mut().zip(inside).for_each(|(open, inside)| *open &= inside == inside_is_open);
    }
    open
}

fn mark(week: &mut [bool], window: &Window) {
    for (day, minutes) in Weekday::Monday.cycle_forward().zip(week.chunks_mut(DAY)) {
        if window.days.contain(day) {
            minutes[usize::from(window.from.minutes())..usize::from(window.until.minutes())].fill(true);
        }
    }
}
