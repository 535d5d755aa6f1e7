//! How much one sale may be.

use jiff::civil::Date;
use sipstr_domain::compliance::Refused;

use crate::kind::Line;
use crate::law::Law;
use crate::rule::{Asks, Rule};
use crate::set::Subject;

pub(crate) const TOO_MUCH: &str = "too_much_for_one_sale";
pub(crate) const DETAIL: &str = "this is more than one sale may be here";

/// More than one sale may be: the rule that says so, and the lines that it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooMuch {
    pub refused: Refused,
    /// By their places.
    pub lines: Vec<usize>,
}

/// What is too much under a law, whoever buys it; known before anybody says where it goes.
pub fn too_much(law: &Law<'_>, lines: &[Line], on: Date) -> Vec<TooMuch> {
    let asked = law.about(Subject::Quantity, on).filter(|rule| rule.applies_to.door(None, false));
    let over = asked.filter_map(|rule| {
        let counted = |line: &Line| rule.applies_to.drink(law.kind(line.kind, on));
        let places: Vec<usize> = (0..lines.len()).filter(|place| counted(&lines[*place])).collect();
        let sound = within(rule, places.iter().map(|place| &lines[*place]))?;
        (!sound).then(|| TooMuch { refused: Refused::new(TOO_MUCH, &rule.id, DETAIL), lines: places })
    });
    over.collect()
}

/// Whether lines that a rule concerns are within its measure; `None` where it has none.
pub(crate) fn within<'a>(rule: &Rule, lines: impl Iterator<Item = &'a Line> + Clone) -> Option<bool> {
    let Asks::MostPerSale { centi_fluid_ounces, millilitres, containers } = rule.asks else { return None };
    let sum = |measure: fn(&Line) -> u64| lines.clone().fold(0_u64, |sum, line| sum.saturating_add(measure(line)));
    let within = |most: Option<u64>, measure| most.is_none_or(|most| sum(measure) <= most);
    Some(
        within(centi_fluid_ounces, Line::centi_fluid_ounces)
            && within(millilitres, Line::millilitres)
            && within(containers, Line::containers),
    )
}
