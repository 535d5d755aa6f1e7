//! On what terms a store sells a product: whether it is offered, prices that hold for a while, and what was asked before.
//!
//! The price of a moment is a pure function of the terms, so a price that begins at midnight begins at midnight, however late
//! anybody notes it. Noting it ([`Listing::settle`]) writes the history and orders the lists anew.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::catalog::Listing;
use crate::{Currency, Money, UserId};

/// Prices for a while that are known beforehand.
pub const MOST_SCHEDULES: usize = 20;
/// The furthest beginning.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Most that one sold unit costs: 100,000.00 in a currency with cents.
pub const HIGHEST_PRICE: i64 = 10_000_000;
const LONGEST_LABEL: usize = 60;

/// How far back the lowest price is looked for: Directive 98/6/EC, article 6a (2), as amended by Directive (EU) 2019/2161.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A price that holds for a while in place of the regular one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceSchedule {
    /// Minor units of the store's currency.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub amount: i64,
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// The first instant at which it holds no more.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Such as `Happy hour`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    pub label: Option<String>,
}

impl PriceSchedule {
    fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// Schedules in the order of time, of which at most one holds at any instant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedules(Vec<PriceSchedule>);

/// What is wrong with which of the schedules that were given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schedule {place}: {fault}")]
pub struct ScheduleFault {
    /// Counted from 0 as they were given.
    pub place: usize,
    pub fault: Invalid,
}

impl Schedules {
    /// Takes what can hold together, from the present on.
    pub fn new(given: Vec<PriceSchedule>, now: Timestamp) -> Result<Self, ScheduleFault> {
        let fault = |place, text| ScheduleFault { place, fault: Invalid(text) };
        if given.len() > MOST_SCHEDULES {
            return Err(fault(MOST_SCHEDULES, "there may be at most 20 schedules"));
        }
        for (place, schedule) in given.iter().enumerate() {
            check_amount(schedule.amount).map_err(|fault| ScheduleFault { place, fault })?;
            if schedule.from >= schedule.until {
                return Err(fault(place, "must end after it begins"));
            }
            if schedule.until <= now {
                return Err(fault(place, "is over already"));
            }
            if schedule.from.duration_since(now) > HORIZON {
                return Err(fault(place, "begins more than a year from now"));
            }
            let label = schedule.label.as_deref().unwrap_or("-");
            if label.trim().is_empty() || label.chars().count() > LONGEST_LABEL || label.chars().any(char::is_control) {
                return Err(fault(place, "the label must be 1 to 60 characters without control characters"));
            }
        }
        let mut places: Vec<usize> = (0..given.len()).collect();
        places.sort_by_key(|place| given[*place].from);
        for pair in places.windows(2) {
            if given[pair[1]].from < given[pair[0]].until {
                return Err(fault(pair[1], "overlaps with another one"));
            }
        }
        let mut sorted = given;
        sorted.sort_by_key(|schedule| schedule.from);
        Ok(Self(sorted))
    }

    pub fn iter(&self) -> impl Iterator<Item = &PriceSchedule> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was not known before begins now at the earliest: nobody was asked a price in hindsight.
    fn begun_by(mut self, known: &Self, now: Timestamp) -> Self {
        for schedule in self.0.iter_mut().filter(|schedule| !known.0.contains(schedule)) {
            schedule.from = schedule.from.max(now);
        }
        self
    }

    fn holding(&self, at: Timestamp) -> Option<&PriceSchedule> {
        self.0.iter().find(|schedule| schedule.holds(at))
    }

    /// The next instant after `at` at which the price may change.
    fn next_edge(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.iter().flat_map(|schedule| [schedule.from, schedule.until]).filter(|edge| *edge > at).min()
    }
}

/// Refuses what is no price of one sold unit.
pub fn check_amount(amount: i64) -> Result<(), Invalid> {
    if (1..=HIGHEST_PRICE).contains(&amount) { Ok(()) } else { Err(Invalid("must be 1 to 10,000,000 minor units")) }
}

/// The terms of a listing beside its regular price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Counts the changes by the store; an edit names the one that it read.
    #[serde(default)]
    pub version: u64,
    /// What is not offered stands in no list and cannot be ordered; its prices stay.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub offered: bool,
    #[serde(default, skip_serializing_if = "Schedules::is_empty")]
    pub schedules: Schedules,
    /// The history says what was asked until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// What the price that holds for a while is compared with; absent until it is noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Reduction>,
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

impl Default for Terms {
    fn default() -> Self {
        Self { version: 0, offered: true, schedules: Schedules::default(), settled_at: None, reduction: None }
    }
}

/// A price that is lower than the regular one, and what may be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reduction {
    /// When the schedule that reduces began.
    pub since: Timestamp,
    /// The lowest price of the thirty days before that; absent where none is known, as of a product that is new here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_before: Option<i64>,
}

/// Why a price changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceCause {
    /// Somebody set it.
    Set,
    ScheduleBegan,
    ScheduleEnded,
}

/// An entry of the history: what was asked from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceChange {
    pub at: Timestamp,
    pub amount: i64,
    pub currency: Currency,
    pub cause: PriceCause,
    /// Who set it; nobody, where a schedule did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
}

/// What a store asks for from now on: the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The regular price, in minor units of the listing's currency.
    pub amount: i64,
    pub offered: bool,
    pub schedules: Schedules,
}

/// The lowest price of the [`LOOK_BACK`] before an instant, of a history in any order; the one that held when those days
/// began counts.
pub fn lowest_before(history: &[PriceChange], at: Timestamp) -> Option<i64> {
    let begin = at.checked_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
    let before = history.iter().filter(|change| change.at <= begin).max_by_key(|change| change.at);
    let within = history.iter().filter(|change| begin < change.at && change.at < at);
    within.chain(before).map(|change| change.amount).min()
}

/// What is asked at a moment, and what may be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub price: Money,
    /// The regular price, where this one is lower and known to be.
    pub regular: Option<Money>,
    pub lowest_before: Option<Money>,
    /// Until when this price holds, as far as is known.
    pub until: Option<Timestamp>,
    pub label: Option<String>,
}

impl Listing {
    /// The price at a moment.
    pub fn price_at(&self, at: Timestamp) -> Money {
        let amount = self.terms.schedules.holding(at).map_or(self.price.amount, |schedule| schedule.amount);
        Money::new(amount, self.price.currency)
    }

    /// The listing with the price of a moment as its price: for whoever reckons with it.
    pub fn priced_at(mut self, at: Timestamp) -> Self {
        self.price = self.price_at(at);
        self
    }

    /// What may be shown at a moment. A reduction is told of only with the lowest price before it, which is known when it has
    /// been noted.
    pub fn asked_at(&self, at: Timestamp) -> Asked {
        let (holding, price) = (self.terms.schedules.holding(at), self.price_at(at));
        let reduction = self.terms.reduction.as_ref().filter(|reduction| {
            holding.is_some_and(|schedule| schedule.from == reduction.since) && price.amount < self.price.amount
        });
        let lowest = reduction.and_then(|reduction| reduction.lowest_before);
        Asked {
            price,
            regular: lowest.map(|_| self.price),
            lowest_before: lowest.map(|amount| Money::new(amount, self.price.currency)),
            until: holding.map(|schedule| schedule.until),
            label: holding.and_then(|schedule| schedule.label.clone()),
        }
    }

    /// When the price may change next, after what was settled.
    pub fn next_edge(&self) -> Option<Timestamp> {
        self.terms.schedules.next_edge(self.terms.settled_at.unwrap_or(Timestamp::MIN))
    }

    /// Notes what schedules did to the price until `now`, and lets go of those that are over. Doing it again notes nothing.
    pub fn settle(&mut self, now: Timestamp) -> Vec<PriceChange> {
        let (mut changes, mut at) = (Vec::new(), self.terms.settled_at.unwrap_or(Timestamp::MIN));
        let mut asked = self.price_at(at).amount;
        while let Some(edge) = self.terms.schedules.next_edge(at).filter(|edge| *edge <= now) {
            at = edge;
            let amount = self.price_at(at).amount;
            if amount != asked {
                let began = self.terms.schedules.holding(at).is_some();
                let cause = if began { PriceCause::ScheduleBegan } else { PriceCause::ScheduleEnded };
                changes.push(PriceChange { at, amount, currency: self.price.currency, cause, actor: None });
            }
            asked = amount;
        }
        self.terms.settled_at = Some(now);
        self.terms.schedules.0.retain(|schedule| schedule.until > now);
        self.forget_reduction(now);
        changes
    }

    /// Changes what is asked, and says what became of the price.
    pub fn amend(&mut self, amendment: Amendment, actor: &UserId, now: Timestamp) -> Vec<PriceChange> {
        let mut changes = self.settle(now);
        let before = self.price_at(now).amount;
        self.price.amount = amendment.amount;
        self.terms.offered = amendment.offered;
        self.terms.schedules = amendment.schedules.begun_by(&self.terms.schedules, now);
        self.terms.version += 1;
        self.forget_reduction(now);
        if self.price_at(now).amount != before {
            // One instant has one price.
            changes.retain(|change| change.at != now);
            changes.push(self.set_by(actor, now));
        }
        changes
    }

    /// Changes the regular price and whether it is offered, and nothing else; says what became of the price.
    pub fn restate(&mut self, amount: i64, offered: bool, actor: &UserId, now: Timestamp) -> Vec<PriceChange> {
        let mut changes = self.settle(now);
        let amendment = Amendment { amount, offered, schedules: self.terms.schedules.clone() };
        let made = self.amend(amendment, actor, now);
        // One instant has one price.
        changes.retain(|change| made.iter().all(|newer| newer.at != change.at));
        changes.extend(made);
        changes
    }

    /// The first entry of a history: the product came into the assortment.
    pub fn set_by(&self, actor: &UserId, now: Timestamp) -> PriceChange {
        PriceChange { actor: Some(actor.clone()), ..self.loaded(now) }
    }

    /// The first entry of a history that nobody in particular began.
    pub fn loaded(&self, at: Timestamp) -> PriceChange {
        let Money { amount, currency } = self.price_at(at);
        PriceChange { at, amount, currency, cause: PriceCause::Set, actor: None }
    }

    /// By what it stands in lists that are ordered by price: what was asked when that was noted last.
    pub fn listed_amount(&self) -> i64 {
        self.price_at(self.terms.settled_at.unwrap_or(Timestamp::MIN)).amount
    }

    /// The beginning of the schedule that reduces the price at a moment and was not compared with what was asked before it.
    pub fn unexplained_reduction(&self, at: Timestamp) -> Option<Timestamp> {
        let holding = self.terms.schedules.holding(at).filter(|schedule| schedule.amount < self.price.amount)?;
        let explained = self.terms.reduction.as_ref().is_some_and(|reduction| reduction.since == holding.from);
        (!explained).then_some(holding.from)
    }

    fn forget_reduction(&mut self, now: Timestamp) {
        let holding = self.terms.schedules.holding(now).map(|schedule| schedule.from);
        self.terms.reduction.take_if(|reduction| Some(reduction.since) != holding);
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
