//! An item to item model: for each product, what it speaks for, and how strongly.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use sipstr_domain::ProductId;

use crate::baskets::Baskets;
use crate::slate::{Brands, Rules};

/// So many of the products that speak for a recommendation are named.
const MAX_REASONS: usize = 3;

#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    products: Vec<ProductId>,
    numbers: HashMap<ProductId, u16>,
    rows: Vec<Row>,
}

/// Weights as sixteen bits with sign, in parts of the row's largest: a recommendation sums a few of them, and needs no more.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    pub(crate) largest: f32,
    pub(crate) weights: Vec<(u16, i16)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recommendation {
    pub product: ProductId,
    /// The sum of all that speaks for it.
    pub score: f32,
    /// What speaks for it most.
    pub because: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    pub product: ProductId,
    pub weight: f32,
}

impl Neighbours {
    pub(crate) fn new(products: Vec<ProductId>, rows: Vec<Vec<(u16, f32)>>) -> Self {
        Self::assembled(products, rows.iter().map(Vec::as_slice).map(Row::of).collect())
    }

    pub(crate) fn assembled(products: Vec<ProductId>, rows: Vec<Row>) -> Self {
        let numbers = products.iter().enumerate().map(|(number, product)| (product.clone(), number as u16)).collect();
        Self { products, numbers, rows }
    }

    /// With the largest weights of each row only, above zero or below.
    #[must_use]
    pub fn pruned(&self, keep: usize) -> Self {
        let prune = |row: &Row| {
            let mut row = row.clone();
            row.weights.sort_by_key(|(to, steps)| (std::cmp::Reverse(steps.unsigned_abs()), *to));
            row.weights.truncate(keep);
            row
        };
        Self::assembled(self.products.clone(), self.rows.iter().map(prune).collect())
    }

    pub fn products(&self) -> &[ProductId] {
        &self.products
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How strongly one product speaks for another; 0 where the model does not say.
    pub fn weight(&self, from: &ProductId, to: &ProductId) -> f32 {
        let (Some(from), Some(to)) = (self.numbers.get(from), self.numbers.get(to)) else { return 0.0 };
        self.rows[usize::from(*from)].iter().find(|(other, _)| other == to).map_or(0.0, |(_, weight)| weight)
    }

    /// What to add to a basket. Each product of it counts once, however many bottles.
    pub fn for_basket<'a>(
        &self,
        basket: impl IntoIterator<Item = &'a ProductId>,
        limit: usize,
        rules: &Rules<'_>,
    ) -> Vec<Recommendation> {
        self.for_taste(basket.into_iter().map(|product| (product, 1.0)), limit, rules)
    }

    /// Personal picks: from what a customer bought or marked, each with its weight (a recent order more, a favourite more). Negative
    /// and unheard-of weights count as nothing. What is known to the customer is not recommended.
    pub fn for_taste<'a>(
        &self,
        known: impl IntoIterator<Item = (&'a ProductId, f32)>,
        limit: usize,
        rules: &Rules<'_>,
    ) -> Vec<Recommendation> {
        let mut taste: HashMap<u16, f32> = HashMap::new();
        for (product, weight) in known {
            if let Some(number) = self.numbers.get(product) {
                let weight = if weight.is_finite() { weight.max(0.0) } else { 0.0 };
                let known = taste.entry(*number).or_insert(0.0);
                *known = known.max(weight);
            }
        }
        let mut taste: Vec<(u16, f32)> = taste.into_iter().collect();
        // Sums of floats depend on their order.
        taste.sort_unstable_by_key(|(number, _)| *number);
        let own: HashSet<u16> = taste.iter().map(|(number, _)| *number).collect();
        let mut scores = vec![0.0_f32; self.products.len()];
        for (from, weight) in &taste {
            for (to, value) in self.rows[usize::from(*from)].iter() {
                scores[usize::from(to)] += value * weight;
            }
        }
        let mut ranked: Vec<(u16, f32)> = scores
            .iter()
            .enumerate()
            .map(|(number, score)| (number as u16, *score))
            .filter(|(number, score)| *score > 0.0 && !own.contains(number))
            .filter(|(number, _)| rules.allows(&self.products[usize::from(*number)]))
            .collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut brands = Brands::new(rules);
        let admitted = ranked.into_iter().filter(|(number, _)| brands.admit(&self.products[usize::from(*number)]));
        let chosen: Vec<(u16, f32)> = admitted.take(limit).collect();
        chosen.into_iter().map(|(number, score)| self.explained(number, score, &taste)).collect()
    }

    fn explained(&self, number: u16, score: f32, taste: &[(u16, f32)]) -> Recommendation {
        let mut because: Vec<Reason> = taste
            .iter()
            .filter_map(|(from, weight)| {
                let value = self.rows[usize::from(*from)].iter().find(|(to, _)| *to == number)?.1 * weight;
                (value > 0.0).then(|| Reason { product: self.products[usize::from(*from)].clone(), weight: value })
            })
            .collect();
        because.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.product.cmp(&b.product)));
        because.truncate(MAX_REASONS);
        Recommendation { product: self.products[usize::from(number)].clone(), score, because }
    }
}

impl Row {
    fn of(weights: &[(u16, f32)]) -> Self {
        let largest = weights.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max);
        let step = |weight: f32| (weight / largest * f32::from(i16::MAX)).round() as i16;
        Self { largest, weights: weights.iter().map(|(to, weight)| (*to, step(*weight))).collect() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, f32)> {
        let unit = self.largest / f32::from(i16::MAX);
        self.weights.iter().map(move |(to, steps)| (*to, f32::from(*steps) * unit))
    }
}

/// The cosine between products as sets of baskets, Sarwar et al. 2001. Simpler than EASE^R, and weaker.
pub fn cosine(baskets: &Baskets) -> Neighbours {
    let counts = baskets.counts();
    let cosine = |from: usize, to: u16, both: u32| {
        let product = f64::from(counts[from]) * f64::from(counts[usize::from(to)]);
        (f64::from(both) / product.sqrt()) as f32
    };
    let row = |(from, pairs): (usize, Vec<(u16, u32)>)| {
        pairs.into_iter().map(|(to, both)| (to, cosine(from, to, both))).collect()
    };
    Neighbours::new(baskets.products().to_vec(), baskets.pairs().into_iter().enumerate().map(row).collect())
}
