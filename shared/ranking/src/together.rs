//! What is bought together: said in baskets, so that it can be shown as it is counted.

use serde::Serialize;
use sipstr_domain::ProductId;

use crate::baskets::Baskets;
use crate::slate::{Brands, Rules};

/// Ten baskets of evidence count half: a pair seen twice is no habit.
const EVIDENCE: f64 = 10.0;

#[derive(Debug, Clone)]
pub struct Together {
    baskets: Baskets,
    pairs: Vec<Vec<(u16, u32)>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Togetherness {
    pub product: ProductId,
    /// Baskets that have both.
    pub baskets: u32,
    /// Of the baskets with the one, the share that has the other too.
    pub share: f64,
    /// How many times more often than if they had nothing to do with one another.
    pub lift: f64,
    /// By which they are ordered: the cosine, lowered where the evidence is thin.
    pub score: f64,
}

impl Together {
    pub fn new(baskets: Baskets) -> Self {
        let pairs = baskets.pairs();
        Self { baskets, pairs }
    }

    /// What goes with a product, from at least so many baskets.
    pub fn with(&self, product: &ProductId, minimum: u32, limit: usize, rules: &Rules<'_>) -> Vec<Togetherness> {
        let Some(number) = self.baskets.number(product) else { return Vec::new() };
        let counts = self.baskets.counts();
        let own = f64::from(counts[usize::from(number)]);
        let all = self.baskets.len() as f64;
        let mut found: Vec<Togetherness> = Vec::new();
        for (other, both) in &self.pairs[usize::from(number)] {
            let product = &self.baskets.products()[usize::from(*other)];
            if *both < minimum.max(1) || !rules.allows(product) {
                continue;
            }
            let (both_times, others) = (f64::from(*both), f64::from(counts[usize::from(*other)]));
            found.push(Togetherness {
                product: product.clone(),
                baskets: *both,
                share: both_times / own,
                lift: both_times * all / (own * others),
                score: both_times / (own * others).sqrt() * both_times / (both_times + EVIDENCE),
            });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.product.cmp(&b.product)));
        let mut brands = Brands::new(rules);
        found.into_iter().filter(|found| brands.admit(&found.product)).take(limit).collect()
    }
}
