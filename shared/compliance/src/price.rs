//! What a drink must cost at least, and how long a price must stand.
//!
//! The least price is that of Scotland's law: price of a unit × strength × volume × 100, where a unit is 10 ml of pure alcohol
//! (Alcohol (Minimum Pricing) (Scotland) Act 2012, section 1), rounded up.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sipstr_domain::Money;
use sipstr_domain::compliance::Refused;

use crate::decision::{Docket, Flow, Outcome};
use crate::kind::{Kind, Line};
use crate::law::{Case, Law};
use crate::rule::{Asks, Rule};
use crate::set::Subject;

/// The least that what is sold as one may cost; `None` where no law says. Of several the highest.
pub fn floor(law: &Law<'_>, line: &Line, on: Date) -> Option<Money> {
    let kind = law.kind(line.kind, on);
    let floors = law.about(Subject::Price, on).filter_map(|rule| match rule.asks {
        Asks::MinimumUnitPrice { amount, currency } if rule.applies_to.drink(kind) => {
            Some(Money::new(floor_of_one(line, amount)?, currency))
        }
        _ => None,
    });
    floors.max_by_key(|floor| floor.amount)
}

/// `None` where the strength is not known.
fn floor_of_one(line: &Line, per_unit: u32) -> Option<i64> {
    // Volume in ml × hundredths of a per cent: 100,000 of them are a unit.
    let strength = u128::from(line.kind.abv_basis_points?);
    let volume = u128::from(line.volume_ml) * u128::from(line.pack);
    let exact = u128::from(per_unit) * volume * strength;
    Some(i64::try_from(exact.div_ceil(100_000)).unwrap_or(i64::MAX))
}

pub(crate) fn judge<'l>(law: &Law<'l>, case: &Case<'_>, lines: &[Line], docket: &mut Docket<'l>) -> Flow {
    case.each(law, Subject::Price, docket, |rule, docket| {
        let concerned = lines.iter().zip(&case.kinds).filter(|(_, kind)| rule.applies_to.drink(**kind));
        let mut told = false;
        for (line, _) in concerned {
            match line_price(rule, line, case) {
                Verdict::Sound => told = true,
                Verdict::Untold => {}
                Verdict::Against(code, detail) => return docket.refuse(&rule.id, code, detail),
            }
        }
        let outcome = if told { Outcome::Passed } else { Outcome::NotConcerned("there is one price, the store's") };
        docket.note(&rule.id, outcome)
    })
}

enum Verdict {
    Sound,
    Untold,
    Against(&'static str, String),
}

fn line_price(rule: &Rule, line: &Line, case: &Case<'_>) -> Verdict {
    let quantity = i128::from(line.quantity);
    let asked = i128::from(line.unit_price) * quantity - i128::from(line.discount);
    let at_least = |least: i64, code, detail: &dyn Fn() -> String| {
        if asked >= i128::from(least) * quantity { Verdict::Sound } else { Verdict::Against(code, detail()) }
    };
    match rule.asks {
        Asks::MinimumUnitPrice { amount, currency } => match floor_of_one(line, amount) {
            _ if currency != case.store.currency => {
                let detail = format!("the least price of alcohol is set in {} here", currency.code());
                Verdict::Against("below_minimum_price", detail)
            }
            Some(floor) => at_least(floor, "below_minimum_price", &|| {
                format!("this drink costs at least {} here", Money::new(floor, currency))
            }),
            None => Verdict::Against(
                "below_minimum_price",
                "its strength is not known, so neither is its least price".into(),
            ),
        },
        Asks::NotBelowInvoice {} => match line.invoice_price {
            Some(invoice) => at_least(invoice, "below_invoice_price", &|| {
                "a drink is not sold below what the store paid here".into()
            }),
            // What nobody tells cannot be shown to be above it.
            None if line.discount > 0 => {
                Verdict::Against("below_invoice_price", "what the store paid is not known, so nothing comes off".into())
            }
            None => Verdict::Untold,
        },
        Asks::NoMarkUp {} => match line.store_price {
            Some(price) if line.unit_price > price => {
                Verdict::Against("marked_up", "a delivered drink costs what it costs in the store here".into())
            }
            Some(_) => Verdict::Sound,
            None => Verdict::Untold,
        },
        _ => Verdict::Untold,
    }
}

/// Whether a price may change now: in Scotland one holds for 72 hours. To begin or end a promotion is to change a price.
pub fn may_change(law: &Law<'_>, kind: Kind, changed_at: Timestamp, now: Timestamp, on: Date) -> Result<(), Refused> {
    let kind = law.kind(kind, on);
    for rule in law.about(Subject::PriceChange, on).filter(|rule| rule.applies_to.drink(kind)) {
        let Asks::PriceHeld { hours } = rule.asks else { continue };
        if now.duration_since(changed_at) < SignedDuration::from_hours(i64::from(hours)) {
            let detail = format!("a price of alcohol stands for {hours} hours here");
            return Err(Refused::new("price_held", &rule.id, detail));
        }
    }
    Ok(())
}
