//! Top Picks: what a zone orders, likes, clicks and has just begun to order, with the admin's word on top.
//!
//! Each signal is taken as a share of the best candidate's (logarithms for counts, so that one giant does not flatten the rest), and
//! the weighted shares are added. Every pick lists its parts, and they add up to its score.

use std::collections::HashSet;

use serde::Serialize;
use sipstr_domain::ProductId;

use crate::clicks::ClickPrior;
use crate::error::RankingError;
use crate::slate::{Brands, Rules};

/// What is known of a product in a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub product: ProductId,
    /// Orders that had it, by day: today first. An order counts once, however many bottles.
    pub orders_by_day: Vec<u32>,
    pub favourites: u32,
    pub clicks: u64,
    pub views: u64,
    /// Its decayed count now.
    pub trend: f64,
    /// Since it came into the assortment.
    pub days_listed: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub orders: f64,
    pub favourites: f64,
    pub click_through: f64,
    pub trend: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PickSettings {
    pub size: usize,
    /// Orders of so many days count.
    pub order_days: usize,
    pub weights: Weights,
    pub clicks: ClickPrior,
    /// So many places are kept for products listed for at most `new_days`.
    pub new_slots: usize,
    pub new_days: u32,
    /// First and in this order, where they may be sold; the cap of their brand does not hold for them.
    pub pins: Vec<ProductId>,
    /// Never, pinned or not.
    pub bans: HashSet<ProductId>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pick {
    pub product: ProductId,
    pub reason: PickReason,
    pub score: f64,
    pub parts: [Part; 4],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PickReason {
    Pinned,
    Earned,
    /// In a place kept for new products.
    New,
}

/// What one signal gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    pub signal: Signal,
    /// As measured.
    pub value: f64,
    /// Of the best candidate's, from 0 to 1.
    pub share: f64,
    /// Share times weight.
    pub points: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Signal {
    Orders,
    Favourites,
    ClickThrough,
    Trend,
}

/// A candidate with its score.
struct Scored {
    pick: Pick,
    new: bool,
}

/// The picks in their order. What may not be sold is left out before anything is compared with it.
pub fn top_picks(
    candidates: &[Candidate],
    settings: &PickSettings,
    rules: &Rules<'_>,
) -> Result<Vec<Pick>, RankingError> {
    settings.check()?;
    let mut seen = HashSet::new();
    let eligible: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| !settings.bans.contains(&candidate.product) && rules.allows(&candidate.product))
        .filter(|candidate| seen.insert(&candidate.product))
        .collect();
    let mut ranked = settings.score(&eligible);
    ranked.sort_by(|a, b| b.pick.score.total_cmp(&a.pick.score).then_with(|| a.pick.product.cmp(&b.pick.product)));

    let mut brands = Brands::new(rules);
    let mut chosen: Vec<Scored> = Vec::new();
    for pin in &settings.pins {
        if chosen.len() == settings.size {
            break;
        }
        if let Some(at) = ranked.iter().position(|scored| scored.pick.product == *pin) {
            let mut scored = ranked.remove(at);
            scored.pick.reason = PickReason::Pinned;
            brands.add(pin);
            chosen.push(scored);
        }
    }
    let mut left = Vec::new();
    for scored in ranked {
        if chosen.len() < settings.size && brands.admit(&scored.pick.product) {
            chosen.push(scored);
        } else {
            left.push(scored);
        }
    }
    keep_places_for_new(&mut chosen, left, settings, &mut brands);
    Ok(chosen.into_iter().map(|scored| scored.pick).collect())
}

/// Where fewer new products earned a place than are wanted, the last of the old ones make room for the best of the new.
fn keep_places_for_new(chosen: &mut Vec<Scored>, left: Vec<Scored>, settings: &PickSettings, brands: &mut Brands<'_>) {
    let mut missing = settings.new_slots.saturating_sub(chosen.iter().filter(|scored| scored.new).count());
    for mut scored in left.into_iter().filter(|scored| scored.new) {
        if missing == 0 {
            return;
        }
        let yields = |scored: &Scored| scored.pick.reason == PickReason::Earned && !scored.new;
        let Some(at) = chosen.iter().rposition(yields) else { return };
        brands.remove(&chosen[at].pick.product);
        if !brands.admit(&scored.pick.product) {
            brands.add(&chosen[at].pick.product);
            continue;
        }
        chosen.remove(at);
        scored.pick.reason = PickReason::New;
        chosen.push(scored);
        missing -= 1;
    }
}

impl PickSettings {
    fn check(&self) -> Result<(), RankingError> {
        let Weights { orders, favourites, click_through, trend } = self.weights;
        if [orders, favourites, click_through, trend].iter().any(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(RankingError::Setting("a weight must be 0 or more"));
        }
        if self.new_slots > self.size {
            return Err(RankingError::Setting("no more places can be kept for new products than there are"));
        }
        Ok(())
    }

    fn score(&self, candidates: &[&Candidate]) -> Vec<Scored> {
        let measured: Vec<[f64; 4]> = candidates.iter().map(|candidate| self.measure(candidate)).collect();
        let mut best = [0.0_f64; 4];
        for values in &measured {
            for (best, value) in best.iter_mut().zip(values) {
                *best = best.max(*value);
            }
        }
        let scored = |(candidate, values): (&&Candidate, [f64; 4])| {
            let parts = self.parts(values, best);
            let score = parts.iter().map(|part| part.points).sum();
            let pick = Pick { product: candidate.product.clone(), reason: PickReason::Earned, score, parts };
            Scored { pick, new: candidate.days_listed <= self.new_days }
        };
        candidates.iter().zip(measured).map(scored).collect()
    }

    fn measure(&self, candidate: &Candidate) -> [f64; 4] {
        let orders: u64 = candidate.orders_by_day.iter().take(self.order_days).map(|count| u64::from(*count)).sum();
        let trend = if candidate.trend.is_finite() { candidate.trend.max(0.0) } else { 0.0 };
        let click_through = self.clicks.rate(candidate.clicks, candidate.views);
        [orders as f64, f64::from(candidate.favourites), click_through, trend]
    }

    fn parts(&self, values: [f64; 4], best: [f64; 4]) -> [Part; 4] {
        let Weights { orders, favourites, click_through, trend } = self.weights;
        let signals = [
            (Signal::Orders, orders),
            (Signal::Favourites, favourites),
            (Signal::ClickThrough, click_through),
            (Signal::Trend, trend),
        ];
        let part = |at: usize| {
            let (signal, weight) = signals[at];
            // A rate is a share already; counts grow by orders of magnitude.
            let size = |value: f64| if signal == Signal::ClickThrough { value } else { value.ln_1p() };
            let share = if best[at] > 0.0 { size(values[at]) / size(best[at]) } else { 0.0 };
            Part { signal, value: values[at], share, points: share * weight }
        };
        [part(0), part(1), part(2), part(3)]
    }
}
