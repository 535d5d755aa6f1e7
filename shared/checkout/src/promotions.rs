//! Which promotions a request gets: looked up, allowed by law, weighed against each other, and told.

use jiff::civil::Date;
use serde::Serialize;
use sipstr_compliance::{Kind, Law, Offer};
use sipstr_domain::catalog::Listing;
use sipstr_domain::payment::Provider;
use sipstr_domain::promotion::{Ask, NotApplicable, Occasion, PromoCode, Promotion, PromotionUse, Standing};
use sipstr_domain::store::Store;
use sipstr_pricing::{Candidate, Reduction, promote};
use sipstr_storage::checkout::Facts;

use crate::Request;

/// A promotion, and what it does here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromotionTold {
    pub code: PromoCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it takes off, in minor units.
    pub off: i64,
    /// Why it takes off nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<WhyNot>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhyNot {
    /// Stable, for programs.
    #[schema(example = "basket_too_small")]
    pub code: &'static str,
    pub detail: String,
    /// The rule of law that forbids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// What became of every promotion of a request.
pub(crate) struct Weighed {
    pub uses: Vec<PromotionUse>,
    pub reductions: Vec<Reduction>,
    pub told: Vec<PromotionTold>,
    refused: Vec<(PromoCode, NotApplicable)>,
}

/// What promotions are given on.
pub(crate) struct Bought<'a> {
    pub lines: &'a [(Listing, u32)],
    /// What kits took off already.
    pub savings: &'a [Reduction],
    /// What the goods cost after that.
    pub goods: i64,
}

pub(crate) fn of(
    request: &Request<'_>,
    facts: &Facts,
    store: &Store,
    law: Option<&Law<'_>>,
    bought: &Bought<'_>,
    today: Date,
) -> Weighed {
    let lines = bought.lines;
    let local = request.clock.at(store, request.now).ok();
    let occasion = Occasion {
        store,
        now: request.now,
        local: local.as_ref(),
        goods: bought.goods,
        first_order: !facts.has_bought,
        provider: Provider::Stripe,
    };
    let candidate = |(code, promotion): (&PromoCode, _)| {
        let ask = request.asks.iter().find(|ask| ask.promotion == *code);
        let standing: Standing = facts.standings.get(code).cloned().unwrap_or_default();
        Candidate { promotion, standing, unique: ask.and_then(|ask| ask.unique.as_ref()) }
    };
    let candidates: Vec<Candidate<'_>> = facts.promotions.iter().map(candidate).collect();
    let kinds: Vec<Kind> = lines.iter().map(|(listing, _)| Kind::from(&listing.product)).collect();
    // An unlawful promotion gives nothing, whoever is entitled to it.
    let lawful = |promotion: &Promotion| {
        let Some(law) = law else { return Ok(()) };
        let judged = Offer::from(promotion).lawful(law, store, &kinds, today);
        judged.map_err(|refused| NotApplicable::Unlawful { rule: refused.rule, detail: refused.detail })
    };
    let promoted = promote((lines, bought.savings), &candidates, &occasion, lawful);
    let mut refused: Vec<(PromoCode, NotApplicable)> = promoted.refused.into_iter().collect();
    let unknown = |ask: &&Ask| !facts.promotions.contains_key(&ask.promotion);
    refused.extend(request.asks.iter().filter(unknown).map(|ask| (ask.promotion.clone(), NotApplicable::Unknown)));
    Weighed {
        told: told(&promoted.uses, &refused, facts),
        uses: promoted.uses,
        reductions: promoted.reductions,
        refused,
    }
}

fn told(uses: &[PromotionUse], refused: &[(PromoCode, NotApplicable)], facts: &Facts) -> Vec<PromotionTold> {
    let tell = |code: &PromoCode, off, reason: Option<&NotApplicable>| PromotionTold {
        code: code.clone(),
        title: facts.promotions.get(code).map(|promotion| promotion.title.clone()),
        off,
        reason: reason.map(WhyNot::of),
    };
    let applied = uses.iter().map(|used| tell(&used.code, used.off, None));
    applied.chain(refused.iter().map(|(code, reason)| tell(code, 0, Some(reason)))).collect()
}

impl WhyNot {
    fn of(reason: &NotApplicable) -> Self {
        let rule = match reason {
            NotApplicable::Unlawful { rule, .. } => Some(rule.clone()),
            _ => None,
        };
        Self { code: reason.code(), detail: reason.to_string(), rule }
    }
}

impl Weighed {
    /// Why what was typed gives nothing. One that gives less than another is no obstacle: the customer has the better one.
    pub fn typed_and_refused(&self, typed: Option<&Ask>) -> Option<&NotApplicable> {
        let typed = typed?;
        let (_, reason) = self.refused.iter().find(|(code, _)| *code == typed.promotion)?;
        (!matches!(reason, NotApplicable::Outdone { .. })).then_some(reason)
    }

    /// What the gate of placing is asked about: of several, one that makes drinks cheaper. Each was asked for itself before.
    pub fn offer(&self, facts: &Facts) -> Option<Offer> {
        let offers = self.uses.iter().filter_map(|used| facts.promotions.get(&used.code)).map(Offer::from);
        offers.max_by_key(|offer| offer.off_goods)
    }
}
