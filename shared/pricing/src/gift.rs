//! When a gift card expires, and what rest of it is paid out: data by place and day.

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use serde::Deserialize;
use sipstr_domain::money::{Currency, Money};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GiftRule {
    pub place: String,
    /// First day.
    pub from: Date,
    /// First day on which it holds no more.
    pub until: Option<Date>,
    /// Never, where nothing is said.
    pub expires_after_years: Option<u8>,
    /// Whether the years count from the end of the one in which it was sold.
    #[serde(default)]
    pub at_years_end: bool,
    /// A rest that must be paid out.
    pub cash_out: Option<CashOut>,
    pub citation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CashOut {
    /// Minor units; a rest of less is paid out.
    pub below: i64,
    pub currency: Currency,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GiftFile {
    #[serde(rename = "note")]
    _note: String,
    rules: Vec<GiftRule>,
}

fn rules() -> &'static [GiftRule] {
    static RULES: OnceLock<Vec<GiftRule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let file = serde_json::from_str::<GiftFile>(include_str!("../gift-cards.json"));
        file.map(|file| file.rules).unwrap_or_default()
    })
}

/// The rule of a place, or of the place that it lies in; `None` where none is known, and then a card never expires.
pub fn gift_rule(place: &str, on: Date) -> Option<&'static GiftRule> {
    let mut key = place;
    loop {
        let holds =
            |rule: &&GiftRule| rule.place == key && rule.from <= on && rule.until.is_none_or(|until| on < until);
        if let Some(rule) = rules().iter().find(holds) {
            return Some(rule);
        }
        key = key.rsplit_once('-')?.0;
    }
}

impl GiftRule {
    /// When a card that is sold now expires; `None` is never.
    pub fn expires(&self, sold: Timestamp) -> Option<Timestamp> {
        let years = i64::from(self.expires_after_years?);
        let sold = sold.to_zoned(jiff::tz::TimeZone::UTC);
        let from = if self.at_years_end { date(sold.year() + 1, 1, 1) } else { sold.date().tomorrow().ok()? };
        let end = from.checked_add(Span::new().years(years)).ok()?;
        end.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|end| end.timestamp())
    }

    /// Whether a rest may be had in cash.
    pub fn pays_out(&self, rest: Money) -> bool {
        self.cash_out.is_some_and(|rule| rule.currency == rest.currency && rest.amount > 0 && rest.amount < rule.below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 27);

    #[test]
    fn cards_expire_as_the_law_of_their_place_says() {
        let sold: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        let expires = |place| gift_rule(place, TODAY).and_then(|rule| rule.expires(sold)).map(|end| end.to_string());
        assert_eq!(expires("us-ca"), None);
        assert_eq!(expires("us-nj-ocean-city").as_deref(), Some("2031-11-28T00:00:00Z"));
        assert_eq!(expires("de").as_deref(), Some("2030-01-01T00:00:00Z"));
        assert_eq!(gift_rule("xx", TODAY), None);
    }

    #[test]
    fn less_than_ten_dollars_are_paid_out_in_california() {
        let california = gift_rule("us-ca", TODAY).unwrap();
        let rest = |amount, currency| california.pays_out(Money::new(amount, currency));
        assert_eq!(
            [rest(0, Currency::Usd), rest(999, Currency::Usd), rest(1_000, Currency::Usd)],
            [false, true, false]
        );
        assert!(!rest(999, Currency::Eur));
        assert!(!gift_rule("us-nj", TODAY).unwrap().pays_out(Money::new(1, Currency::Usd)));
    }
}
