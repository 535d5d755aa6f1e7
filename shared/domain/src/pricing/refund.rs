//! What a part of a line gives back.
//!
//! Of every amount, the first k of n units hold ⌊amount × k ÷ n⌋, and a refund of some units is the difference of two such
//! sums. So the parts of any sequence of refunds add up to the line, to the unit, with nothing kept but how many went back.

use super::{PricedLine, TaxShare, TaxTerm, added};

impl PricedLine {
    /// The part of this line from so many units to so many, of those that were bought.
    pub fn part(&self, terms: &[TaxTerm], from: u32, until: u32) -> Self {
        let until = until.min(self.quantity);
        let from = from.min(until);
        let of = |amount: i64| self.of_units(amount, from, until);
        let share = |share: &TaxShare| TaxShare { tax: share.tax, base: of(share.base), amount: of(share.amount) };
        let taxes: Vec<TaxShare> = self.taxes.iter().map(share).collect();
        let (goods, discount, deposit, tax) =
            (of(self.goods), of(self.discount), of(self.deposit), added(&taxes, terms));
        Self {
            quantity: until - from,
            goods,
            discount,
            deposit,
            tax,
            taxes,
            total: goods - discount + deposit + tax,
            ..self.clone()
        }
    }

    /// What the units from so many to so many hold of an amount of the whole line.
    pub(crate) fn of_units(&self, amount: i64, from: u32, until: u32) -> i64 {
        self.upto(amount, until) - self.upto(amount, from)
    }

    fn upto(&self, amount: i64, units: u32) -> i64 {
        if units == self.quantity {
            return amount;
        }
        let exact = i128::from(amount) * i128::from(units);
        i64::try_from(exact.div_euclid(i128::from(self.quantity))).unwrap_or(amount)
    }
}
