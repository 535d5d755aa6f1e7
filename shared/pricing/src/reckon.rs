//! The taxes of a bill, tax by tax.

use sipstr_domain::money::apportion;
use sipstr_domain::pricing::{TaxMeasure, TaxShare};

use crate::assess::Tax;
use crate::file::{Once, RoundTo, Rounding};

/// One, in the fixed point in which rates within a price are set against each other: exact for a tax on a tax.
const ONE: i128 = 1_000_000_000_000;

/// What may bear taxes: a line or a fee.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bearer {
    /// The charged amount that is taxed: goods less discount, with the deposit where it is taxed.
    pub amount: i64,
    pub millilitres: i64,
    /// Millilitres of pure alcohol.
    pub alcohol: i64,
    /// Places of the taxes that it bears, in their order.
    pub bears: Vec<usize>,
}

/// The shares of each bearer, in its order.
pub(crate) fn shares(taxes: &[Tax], bearers: &[Bearer]) -> Vec<Vec<TaxShare>> {
    // By tax and bearer; `None` where the bearer does not bear it.
    let mut amounts: Vec<Vec<Option<i64>>> = vec![vec![None; bearers.len()]; taxes.len()];
    for (place, tax) in taxes.iter().enumerate().filter(|(_, tax)| tax.term.included) {
        within(place, tax, taxes, bearers, &mut amounts);
    }
    let contained: Vec<i64> = (0..bearers.len()).map(|i| amounts.iter().filter_map(|of_tax| of_tax[i]).sum()).collect();
    let base = |place: usize, i: usize, amounts: &[Vec<Option<i64>>]| match taxes[place].term.measure {
        TaxMeasure::PerLitre(_) => bearers[i].millilitres,
        TaxMeasure::PerLitreOfAlcohol(_) => bearers[i].alcohol,
        TaxMeasure::Rate(_) => {
            let taxed = taxes[place].on_taxes.iter().filter_map(|on| amounts[*on][i]);
            bearers[i].amount - contained[i] + taxed.sum::<i64>()
        }
    };
    for (place, tax) in taxes.iter().enumerate().filter(|(_, tax)| !tax.term.included) {
        let on: Vec<usize> = (0..bearers.len()).filter(|i| bearers[*i].bears.contains(&place)).collect();
        let bases: Vec<i64> = on.iter().map(|i| base(place, *i, &amounts)).collect();
        let (factor, per) = factor(tax.term.measure);
        let exact: Vec<i128> = bases.iter().map(|base| i128::from(*base) * factor).collect();
        for (i, amount) in on.iter().zip(rounded(&exact, per, &bases, tax.rounding)) {
            amounts[place][*i] = Some(amount);
        }
    }
    let of_bearer = |i: usize| {
        let share = |place: usize| {
            let amount = amounts[place][i]?;
            Some(TaxShare { tax: u8::try_from(place).ok()?, base: base(place, i, &amounts), amount })
        };
        (0..taxes.len()).filter_map(share).collect()
    };
    (0..bearers.len()).map(of_bearer).collect()
}

/// A tax that prices hold already: of each amount its part. What bears the same taxes is rounded as one.
fn within(place: usize, tax: &Tax, taxes: &[Tax], bearers: &[Bearer], amounts: &mut [Vec<Option<i64>>]) {
    let mut done: Vec<&[usize]> = Vec::new();
    for bearer in bearers.iter().filter(|bearer| bearer.bears.contains(&place)) {
        if done.contains(&bearer.bears.as_slice()) {
            continue;
        }
        done.push(&bearer.bears);
        let alike: Vec<usize> = (0..bearers.len()).filter(|i| bearers[*i].bears == bearer.bears).collect();
        let parts = parts_of_net(taxes, &bearer.bears);
        let whole = ONE + parts.iter().map(|(_, part)| part).sum::<i128>();
        let part = parts.iter().find(|(of, _)| *of == place).map_or(0, |(_, part)| *part);
        let weights: Vec<i64> = alike.iter().map(|i| bearers[*i].amount).collect();
        let exact: Vec<i128> = weights.iter().map(|weight| i128::from(*weight) * part).collect();
        for (i, amount) in alike.iter().zip(rounded(&exact, whole, &weights, tax.rounding)) {
            amounts[place][*i] = Some(amount);
        }
    }
}

/// What each tax within a price is of the price without them.
fn parts_of_net(taxes: &[Tax], bears: &[usize]) -> Vec<(usize, i128)> {
    let mut parts: Vec<(usize, i128)> = Vec::new();
    for place in bears.iter().copied().filter(|place| taxes[*place].term.included) {
        let TaxMeasure::Rate(rate) = taxes[place].term.measure else { continue };
        let taxed = parts.iter().filter(|(of, _)| taxes[place].on_taxes.contains(of)).map(|(_, part)| part);
        let base = ONE + taxed.sum::<i128>();
        parts.push((place, base * i128::from(rate.0) / 1_000_000));
    }
    parts
}

/// What a base is multiplied with and divided by.
fn factor(measure: TaxMeasure) -> (i128, i128) {
    match measure {
        TaxMeasure::Rate(rate) => (i128::from(rate.0), 1_000_000),
        TaxMeasure::PerLitre(hundredths) | TaxMeasure::PerLitreOfAlcohol(hundredths) => {
            (i128::from(hundredths), 100_000)
        }
    }
}

/// The exact amounts (each over `per`) in whole units: once for all and split by largest remainder, or each by itself.
fn rounded(exact: &[i128], per: i128, weights: &[i64], rounding: Rounding) -> Vec<i64> {
    match rounding.once {
        Once::Bill => apportion(to_unit(exact.iter().sum(), per, rounding.to), weights),
        Once::Line => exact.iter().map(|exact| to_unit(*exact, per, rounding.to)).collect(),
    }
}

/// No amount of a bill is negative.
fn to_unit(exact: i128, per: i128, to: RoundTo) -> i64 {
    let (whole, rest) = (exact.div_euclid(per), exact.rem_euclid(per));
    let up = match to {
        RoundTo::Down => false,
        RoundTo::Nearest => 2 * rest >= per,
        RoundTo::Even => 2 * rest > per || (2 * rest == per && whole % 2 != 0),
    };
    i64::try_from(whole + i128::from(up)).unwrap_or(i64::MAX)
}
