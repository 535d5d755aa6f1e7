//! Baskets as sets of products, numbered.

use std::collections::HashMap;

use sipstr_domain::ProductId;

use crate::error::RankingError;

/// The widest number that the model's format has.
pub const MAX_PRODUCTS: usize = u16::MAX as usize;

/// Orders, each as the set of its products: how many bottles of one were bought is not kept.
#[derive(Debug, Clone, Default)]
pub struct Baskets {
    products: Vec<ProductId>,
    numbers: HashMap<ProductId, u16>,
    /// Each sorted and without repetition.
    sets: Vec<Vec<u16>>,
    /// By product, in how many baskets it lies.
    counts: Vec<u32>,
}

impl Baskets {
    /// Products are numbered in the order of their ids, so that the same baskets always make the same model.
    pub fn new<B: IntoIterator<Item = ProductId>>(baskets: impl IntoIterator<Item = B>) -> Result<Self, RankingError> {
        let baskets: Vec<Vec<ProductId>> = baskets.into_iter().map(|basket| basket.into_iter().collect()).collect();
        let mut products: Vec<ProductId> = baskets.iter().flatten().cloned().collect();
        products.sort_unstable();
        products.dedup();
        if products.len() > MAX_PRODUCTS {
            return Err(RankingError::TooManyProducts { found: products.len(), max: MAX_PRODUCTS });
        }
        let numbers: HashMap<ProductId, u16> =
            products.iter().enumerate().map(|(number, product)| (product.clone(), number as u16)).collect();
        let mut counts = vec![0; products.len()];
        let mut sets = Vec::with_capacity(baskets.len());
        for basket in &baskets {
            let mut set: Vec<u16> = basket.iter().map(|product| numbers[product]).collect();
            set.sort_unstable();
            set.dedup();
            set.iter().for_each(|number| counts[usize::from(*number)] += 1);
            sets.push(set);
        }
        Ok(Self { products, numbers, sets, counts })
    }

    /// Only the products that lie in most baskets, at most so many: what is bought now and then says little, and costs as much.
    #[must_use]
    pub fn most_bought(&self, products: usize) -> Self {
        if products >= self.products.len() {
            return self.clone();
        }
        let mut order: Vec<usize> = (0..self.products.len()).collect();
        order.sort_by_key(|number| (std::cmp::Reverse(self.counts[*number]), *number));
        order.truncate(products);
        order.sort_unstable();
        let mut renumbered = vec![None; self.products.len()];
        for (new, old) in order.iter().enumerate() {
            renumbered[*old] = Some(new as u16);
        }
        let kept: Vec<ProductId> = order.iter().map(|old| self.products[*old].clone()).collect();
        let sets =
            self.sets.iter().map(|set| set.iter().filter_map(|n| renumbered[usize::from(*n)]).collect()).collect();
        Self {
            numbers: kept.iter().enumerate().map(|(number, product)| (product.clone(), number as u16)).collect(),
            counts: order.iter().map(|old| self.counts[*old]).collect(),
            products: kept,
            sets,
        }
    }

    pub fn len(&self) -> usize {
        self.sets.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    pub fn products(&self) -> &[ProductId] {
        &self.products
    }

    pub(crate) fn number(&self, product: &ProductId) -> Option<u16> {
        self.numbers.get(product).copied()
    }

    pub(crate) fn sets(&self) -> &[Vec<u16>] {
        &self.sets
    }

    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// For each product, those that lie in a basket with it in the order of their numbers, and in how many.
    pub(crate) fn pairs(&self) -> Vec<Vec<(u16, u32)>> {
        let mut baskets_of: Vec<Vec<usize>> = vec![Vec::new(); self.products.len()];
        for (at, set) in self.sets.iter().enumerate() {
            set.iter().for_each(|number| baskets_of[usize::from(*number)].push(at));
        }
        let mut counts = vec![0_u32; self.products.len()];
        let mut of_one = |(one, baskets): (usize, &Vec<usize>)| {
            for number in baskets.iter().flat_map(|at| &self.sets[*at]) {
                counts[usize::from(*number)] += 1;
            }
            counts[one] = 0;
            let found = counts.iter_mut().enumerate().filter(|(_, count)| **count > 0);
            found.map(|(other, count)| (other as u16, std::mem::take(count))).collect()
        };
        baskets_of.iter().enumerate().map(&mut of_one).collect()
    }
}
