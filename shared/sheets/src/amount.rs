//! Decimal text and minor units, exactly.

use sipstr_domain::Currency;
use sipstr_domain::terms::HIGHEST_PRICE;

/// Why a text is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFault {
    Missing,
    Negative,
    /// Nothing but digits and one point is a price: `12.99`.
    NotDecimal,
    /// The currency has fewer decimal places.
    TooPrecise,
    /// A price is at least one minor unit.
    Zero,
    TooHigh,
}

impl AmountFault {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "price_missing",
            Self::Negative => "price_negative",
            Self::NotDecimal => "price_not_decimal",
            Self::TooPrecise => "price_too_precise",
            Self::Zero => "price_zero",
            Self::TooHigh => "price_too_high",
        }
    }

    pub fn message(self, currency: Currency) -> String {
        match self {
            Self::Missing => "there is no price".to_owned(),
            Self::Negative => "a price is not negative".to_owned(),
            Self::NotDecimal => {
                let example = format_amount(1299, currency);
                format!("write a price with digits, and a point before the decimals, such as {example}")
            }
            Self::TooPrecise => format!("{} has {} decimal places", currency.code(), currency.exponent()),
            Self::Zero => "a price is more than nothing".to_owned(),
            Self::TooHigh => format!("a price is at most {}", format_amount(HIGHEST_PRICE, currency)),
        }
    }
}

/// The minor units of a price such as `12.99`. Signs, separators of thousands, exponents and digits of other scripts are refused.
pub fn parse_amount(text: &str, currency: Currency) -> Result<i64, AmountFault> {
    if text.is_empty() {
        return Err(AmountFault::Missing);
    }
    if let Some(rest) = text.strip_prefix('-') {
        // What it would be without its sign decides whether it is a number at all.
        return Err(match parse_amount(rest, currency) {
            Err(AmountFault::NotDecimal | AmountFault::Missing | AmountFault::Negative) => AmountFault::NotDecimal,
            _ => AmountFault::Negative,
        });
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return Err(AmountFault::NotDecimal);
    }
    let exponent = currency.exponent();
    if text.contains('.') && decimals.len() > exponent {
        return Err(AmountFault::TooPrecise);
    }
    let decimals = if text.contains('.') { decimals } else { "" };
    let minor = format!("{whole}{decimals:0<exponent$}");
    let minor = minor.trim_start_matches('0');
    match minor.parse::<i64>() {
        _ if minor.is_empty() => Err(AmountFault::Zero),
        Ok(amount) if amount <= HIGHEST_PRICE => Ok(amount),
        // Digits alone fail to parse only where they are too many.
        _ => Err(AmountFault::TooHigh),
    }
}

/// Minor units as [`parse_amount`] reads them.
pub fn format_amount(amount: i64, currency: Currency) -> String {
    let places = currency.exponent();
    let (sign, minor) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    if places == 0 {
        return format!("{sign}{minor}");
    }
    let unit = 10_u64.pow(places as u32);
    format!("{sign}{}.{:0places$}", minor / unit, minor % unit)
}
