//! What the law wants done besides: what to keep of a hand-over, for how long, and what to report.
//!
//! What an ID reveals is kept only where a rule here says so, for as long as it says.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::kind::Kind;
use crate::law::Law;
use crate::rule::{Asks, Conduct, Fact, Occasion};
use crate::set::Subject;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty<'l> {
    pub rule: &'l str,
    pub citation: &'l str,
    pub what: What<'l>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'l> {
    /// Months are absent where the law does not say how long.
    Keep {
        occasion: Occasion,
        facts: &'l [Fact],
        months: Option<u16>,
    },
    /// Each month, by that day of the next one.
    MonthlyReport {
        by_day: u8,
    },
    Conduct(Conduct),
}

/// The duties that come with an order of such drinks.
pub fn duties<'b>(law: &Law<'b>, kinds: &[Kind], on: Date) -> Vec<Duty<'b>> {
    let concerned = |applies: &crate::rule::AppliesTo| kinds.iter().any(|kind| applies.drink(law.kind(*kind, on)));
    let duties = law.about(Subject::Duty, on).filter(|rule| concerned(&rule.applies_to));
    duties
        .filter_map(|rule| {
            let what = match &rule.asks {
                Asks::Keep { occasion, facts, months } => What::Keep { occasion: *occasion, facts, months: *months },
                Asks::MonthlyReport { by_day } => What::MonthlyReport { by_day: *by_day },
                Asks::Duty { conduct } => What::Conduct(*conduct),
                _ => return None,
            };
            Some(Duty { rule: &rule.id, citation: &rule.citation, what })
        })
        .collect()
}

impl What<'_> {
    /// The first day on which a record of that day must be gone; `None` where the law sets no term.
    pub fn gone_by(&self, kept_on: Date) -> Option<Date> {
        match self {
            Self::Keep { months: Some(months), .. } => {
                kept_on.checked_add(i32::from(*months).months()).and_then(Date::tomorrow).ok()
            }
            _ => None,
        }
    }
}
