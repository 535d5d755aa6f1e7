//! Which promotions a basket gets, and why the others give nothing.
//!
//! Lanes follow each other, each on what the ones before left, and of a lane the one that gives most counts. One that stands
//! alone is weighed against all the others together. The answer depends on what is in the basket and on nothing else: not on
//! the order of its lines, nor on that of the promotions.

use std::collections::BTreeMap;

use sipstr_domain::catalog::Listing;
use sipstr_domain::money::apportion;
use sipstr_domain::promotion::{Benefit, Entry, NotApplicable, Occasion, PromoCode, Promotion, PromotionUse, Standing};

use crate::price::Reduction;

/// A promotion that may apply.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    pub promotion: &'a Promotion,
    pub standing: Standing,
    /// The customer's own code of a campaign.
    pub unique: Option<&'a PromoCode>,
}

impl Candidate<'_> {
    /// The name of a campaign is no code of it.
    fn is_entitled(&self) -> Result<(), NotApplicable> {
        let nameless = matches!(self.promotion.entry, Entry::Campaign { .. }) && self.unique.is_none();
        if nameless { Err(NotApplicable::Unknown) } else { Ok(()) }
    }
}

/// What became of the candidates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promoted {
    pub uses: Vec<PromotionUse>,
    /// One for each use, in the same order.
    pub reductions: Vec<Reduction>,
    /// By code.
    pub refused: BTreeMap<PromoCode, NotApplicable>,
}

/// What of a basket is still to be paid: goods in the order of their products' ids.
#[derive(Debug, Clone)]
struct Left {
    lines: Vec<i64>,
    delivery: i64,
}

impl Left {
    fn less(&mut self, effect: &Effect) {
        self.lines.iter_mut().zip(&effect.lines).for_each(|(left, off)| *left -= off);
        self.delivery -= effect.delivery;
    }
}

#[derive(Debug, Clone)]
struct Effect {
    lines: Vec<i64>,
    delivery: i64,
}

impl Effect {
    fn total(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.delivery
    }
}

/// Decides, over what other reductions of these lines left. `lawful` is asked once of each promotion that could apply.
pub fn promote(
    (lines, taken_off): (&[(Listing, u32)], &[Reduction]),
    candidates: &[Candidate<'_>],
    occasion: &Occasion<'_>,
    lawful: impl Fn(&Promotion) -> Result<(), NotApplicable>,
) -> Promoted {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| lines[*a].0.product.id.as_str().cmp(lines[*b].0.product.id.as_str()));
    let goods: Vec<&(Listing, u32)> = order.iter().map(|i| &lines[*i]).collect();
    let gone = |i: &usize| taken_off.iter().filter_map(|reduction| reduction.lines.get(*i)).sum::<i64>();
    let left = |i: &usize| {
        let (listing, n) = &lines[*i];
        (listing.price.amount.saturating_mul(i64::from(*n)) - gone(i)).max(0)
    };
    let whole = Left { lines: order.iter().map(left).collect(), delivery: occasion.store.delivery.fee.max(0) };
    let mut promoted = Promoted::default();
    let mut open: BTreeMap<&PromoCode, &Candidate<'_>> = BTreeMap::new();
    for candidate in candidates {
        let promotion = candidate.promotion;
        match candidate
            .is_entitled()
            .and_then(|()| promotion.check(occasion, &candidate.standing))
            .and_then(|()| lawful(promotion))
        {
            Ok(()) => drop(open.insert(&promotion.code, candidate)),
            Err(reason) => drop(promoted.refused.insert(promotion.code.clone(), reason)),
        }
    }
    let (alone, together): (Vec<_>, Vec<_>) = open.into_values().partition(|candidate| candidate.promotion.exclusive);
    let combined = lane_by_lane(&goods, &together, whole.clone(), &mut promoted.refused);
    let lone = best(&goods, &alone, &whole, &mut promoted.refused);
    let sum: i64 = combined.iter().map(|(_, effect)| effect.total()).sum();
    let chosen = match lone {
        Some((winner, effect)) if effect.total() > sum => {
            outdo(&mut promoted.refused, combined.iter().map(|(loser, _)| *loser), winner);
            vec![(winner, effect)]
        }
        Some((loser, _)) => {
            let winner = combined.iter().max_by_key(|(_, effect)| effect.total()).map_or(loser, |(winner, _)| *winner);
            outdo(&mut promoted.refused, std::iter::once(loser), winner);
            combined
        }
        None => combined,
    };
    for (candidate, effect) in chosen {
        let promotion = candidate.promotion;
        promoted.uses.push(promotion.used_for(effect.total(), candidate.unique.cloned()));
        let mut of_lines = vec![0; lines.len()];
        order.iter().zip(&effect.lines).for_each(|(i, off)| of_lines[*i] = *off);
        let label = format!("{}: {}", promotion.code.as_str(), promotion.title);
        promoted.reductions.push(Reduction { label, lines: of_lines, delivery: effect.delivery });
    }
    promoted
}

type Chosen<'a> = (&'a Candidate<'a>, Effect);

fn lane_by_lane<'a>(
    goods: &[&(Listing, u32)],
    candidates: &[&'a Candidate<'a>],
    mut left: Left,
    refused: &mut BTreeMap<PromoCode, NotApplicable>,
) -> Vec<Chosen<'a>> {
    let mut lanes: BTreeMap<u8, Vec<&Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates {
        lanes.entry(candidate.promotion.lane).or_default().push(candidate);
    }
    let mut chosen = Vec::new();
    for of_lane in lanes.values() {
        if let Some((candidate, effect)) = best(goods, of_lane, &left, refused) {
            left.less(&effect);
            chosen.push((candidate, effect));
        }
    }
    chosen
}

/// The one that takes most off; of equals the first by its code.
fn best<'a>(
    goods: &[&(Listing, u32)],
    candidates: &[&'a Candidate<'a>],
    left: &Left,
    refused: &mut BTreeMap<PromoCode, NotApplicable>,
) -> Option<Chosen<'a>> {
    let mut best: Option<Chosen<'a>> = None;
    for candidate in candidates {
        let promotion = candidate.promotion;
        let effect = effect(promotion, goods, left);
        let off = effect.total();
        if off <= 0 {
            refused.insert(promotion.code.clone(), NotApplicable::NothingMatches);
        } else if promotion.budget.is_some() && promotion.budget_left.unwrap_or(0) < off {
            refused.insert(promotion.code.clone(), NotApplicable::BudgetSpent);
        } else {
            match &best {
                Some((winner, most)) if most.total() >= off => {
                    outdo(refused, std::iter::once(*candidate), winner);
                }
                _ => {
                    if let Some((loser, _)) = best.replace((candidate, effect)) {
                        outdo(refused, std::iter::once(loser), candidate);
                    }
                }
            }
        }
    }
    if let Some((winner, _)) = &best {
        // Who was beaten by somebody who was beaten is told of the winner.
        let of_here = |code: &PromoCode| candidates.iter().any(|candidate| candidate.promotion.code == *code);
        for (_, reason) in refused.iter_mut().filter(|(code, _)| of_here(code)) {
            if let NotApplicable::Outdone { better } = reason {
                better.clone_from(&winner.promotion.code);
            }
        }
    }
    best
}

fn outdo<'a>(
    refused: &mut BTreeMap<PromoCode, NotApplicable>,
    losers: impl Iterator<Item = &'a Candidate<'a>>,
    winner: &Candidate<'_>,
) {
    for loser in losers {
        let better = winner.promotion.code.clone();
        refused.insert(loser.promotion.code.clone(), NotApplicable::Outdone { better });
    }
}

/// What a promotion takes off what is left.
fn effect(promotion: &Promotion, goods: &[&(Listing, u32)], left: &Left) -> Effect {
    let is_item = |i: usize| promotion.is_for(&goods[i].0.product.id, goods[i].0.product.category);
    let items = || (0..goods.len()).map(|i| if is_item(i) { left.lines[i] } else { 0 }).collect::<Vec<i64>>();
    let off = |amount: i64, over: &[i64]| apportion(amount.clamp(0, over.iter().sum()), over);
    let nothing = || vec![0; goods.len()];
    let lines = match &promotion.benefit {
        Benefit::PercentOffItems { rate } => off(rate.of(items().iter().sum()), &items()),
        Benefit::AmountOffItems { amount } => off(*amount, &items()),
        Benefit::PercentOffOrder { rate } => off(rate.of(left.lines.iter().sum()), &left.lines),
        Benefit::AmountOffOrder { amount } => off(*amount, &left.lines),
        Benefit::FixedPrice { price } => {
            let wanted = |i: usize| price.saturating_mul(i64::from(goods[i].1));
            (0..goods.len()).map(|i| if is_item(i) { (left.lines[i] - wanted(i)).max(0) } else { 0 }).collect()
        }
        Benefit::BuyGet { buy, get } => cheapest_free(*buy, *get, goods, left, is_item),
        Benefit::Gift { product_id } => (0..goods.len())
            .map(|i| if goods[i].0.product.id == *product_id { part(left.lines[i], 1, goods[i].1) } else { 0 })
            .collect(),
        Benefit::PercentOffDelivery { .. } | Benefit::FreeDelivery => nothing(),
    };
    let delivery = match &promotion.benefit {
        Benefit::FreeDelivery => left.delivery,
        Benefit::PercentOffDelivery { rate } => rate.of(left.delivery).clamp(0, left.delivery),
        _ => 0,
    };
    Effect { lines, delivery }
}

/// Of each `buy + get` items the cheapest `get` of all are free.
fn cheapest_free(
    buy: u32,
    get: u32,
    goods: &[&(Listing, u32)],
    left: &Left,
    is_item: impl Fn(usize) -> bool,
) -> Vec<i64> {
    let mut items: Vec<usize> = (0..goods.len()).filter(|i| is_item(*i)).collect();
    // A stable sort: of equal prices the first product by its id.
    items.sort_by_key(|i| goods[*i].0.price.amount);
    let bought: u32 = items.iter().map(|i| goods[*i].1).sum();
    let mut free = bought / (buy + get).max(1) * get;
    let mut lines = vec![0; goods.len()];
    for i in items {
        let units = free.min(goods[i].1);
        lines[i] = part(left.lines[i], units, goods[i].1);
        free -= units;
    }
    lines
}

fn part(amount: i64, units: u32, of: u32) -> i64 {
    let exact = i128::from(amount) * i128::from(units) / i128::from(of.max(1));
    i64::try_from(exact).unwrap_or(amount)
}
