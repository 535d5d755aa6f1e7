//! Money as integer minor units. No float touches a price, a tax or a rate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// ISO 4217 currencies that stores may sell in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    Usd,
    Cad,
    Gbp,
    Eur,
    Aud,
    Inr,
    Jpy,
    Bhd,
}

impl Currency {
    pub const ALL: [Self; 8] = [Self::Usd, Self::Cad, Self::Gbp, Self::Eur, Self::Aud, Self::Inr, Self::Jpy, Self::Bhd];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Cad => "CAD",
            Self::Gbp => "GBP",
            Self::Eur => "EUR",
            Self::Aud => "AUD",
            Self::Inr => "INR",
            Self::Jpy => "JPY",
            Self::Bhd => "BHD",
        }
    }

    /// How many decimal places the minor unit stands for (ISO 4217).
    pub const fn exponent(self) -> usize {
        match self {
            Self::Jpy => 0,
            Self::Bhd => 3,
            _ => 2,
        }
    }
}

/// An amount in minor units (`1299` is 12.99 USD) with its currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    #[schema(example = 1299)]
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.currency.exponent();
        let sign = if self.amount < 0 { "-" } else { "" };
        let minor = self.amount.unsigned_abs();
        let unit = 10_u64.pow(places as u32);
        if places == 0 {
            write!(f, "{sign}{minor} {}", self.currency.code())
        } else {
            write!(f, "{sign}{}.{:0places$} {}", minor / unit, minor % unit, self.currency.code())
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A rate in millionths: `86_250` is 8.625 %. Sales taxes have three decimals of a per cent, basis points have two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Rate(pub u32);

impl Rate {
    pub const fn percent(percent: u32) -> Self {
        Self(percent * 10_000)
    }

    /// The part of `amount`, rounded half away from zero, as tax authorities and card statements do.
    pub fn of(self, amount: i64) -> i64 {
        let product = i128::from(amount) * i128::from(self.0);
        let half = 500_000 * product.signum();
        i64::try_from((product + half) / 1_000_000).expect("a rate of at most 4,294 times a price fits")
    }
}

impl fmt::Display for Rate {
    /// `8.625 %`, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        write!(f, "{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Splits `total` over `weights` by largest remainder, so that the parts always sum to the total.
///
/// Ties go to the earlier part. Where every weight is zero the first part takes all of it.
pub fn apportion(total: i64, weights: &[i64]) -> Vec<i64> {
    if weights.is_empty() {
        return Vec::new();
    }
    debug_assert!(weights.iter().all(|w| *w >= 0), "weights are sizes");
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum == 0 {
        let mut parts = vec![0; weights.len()];
        parts[0] = total;
        return parts;
    }
    let exact: Vec<i128> = weights.iter().map(|w| i128::from(total) * i128::from(*w)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|e| e.div_euclid(sum) as i64).collect();
    let missing = total - parts.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|i| (std::cmp::Reverse(exact[*i].rem_euclid(sum)), *i));
    for index in by_remainder.into_iter().take(usize::try_from(missing).expect("fewer than the parts")) {
        parts[index] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_sum_to_the_total_and_stay_within_one_of_their_share(
            total in -1_000_000_000_i64..1_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000, 1..40),
        ) {
            let parts = apportion(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let sum: i64 = weights.iter().sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(total) * i128::from(*weight);
                    prop_assert!((i128::from(*part) * i128::from(sum) - exact).abs() < i128::from(sum));
                }
            }
        }

        #[test]
        fn a_rate_rounds_to_the_nearest_unit(amount in -1_000_000_000_i64..1_000_000_000, rate in 0_u32..2_000_000) {
            let exact = i128::from(amount) * i128::from(rate);
            let rounded = i128::from(Rate(rate).of(amount)) * 1_000_000;
            prop_assert!((rounded - exact).abs() <= 500_000);
        }
    }

    #[test]
    fn money_reads_as_people_write_it() {
        assert_eq!(Money::new(1299, Currency::Usd).to_string(), "12.99 USD");
        assert_eq!(Money::new(-5, Currency::Usd).to_string(), "-0.05 USD");
        assert_eq!(Money::new(500, Currency::Jpy).to_string(), "500 JPY");
        assert_eq!(Money::new(1_500, Currency::Bhd).to_string(), "1.500 BHD");
        assert_eq!(Rate(86_250).to_string(), "8.625 %");
        assert_eq!(Rate::percent(10).to_string(), "10 %");
    }
}
