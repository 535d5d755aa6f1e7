//! The order of what was found: relevance, the business's say, the customer's taste; or simply what the customer sorted by.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::columns::{CATEGORIES, Columns, Names};
use crate::overlay::{Offer, Row};
use crate::page::Factors;
use crate::query::{Affinity, Boost, Sort, Target};

/// A product that everybody orders gains a quarter on one that nobody does: enough to settle ties, too little to pass a better match.
const POPULARITY: f32 = 0.25;
/// What is sold out stays findable, below its like.
const OUT_OF_STOCK: f32 = 0.5;
/// The personal order touches the first page or two, so that it never brings up what does not fit.
pub const PERSONAL: usize = 100;

/// A product that matches and passes the filters.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub row: Row,
    pub offer: Offer,
    pub text: f32,
    pub score: f32,
}

/// Factors on the text's score, made ready for this snapshot.
pub struct Weighing<'a> {
    columns: &'a Columns,
    products: HashMap<Row, f32>,
    categories: [f32; CATEGORIES.len()],
    makers: HashMap<u32, f32>,
    styles: HashMap<u32, f32>,
    tags: HashMap<u32, f32>,
    affinity: Option<Taste>,
}

struct Taste {
    makers: HashMap<u32, f32>,
    styles: HashMap<u32, f32>,
    categories: [f32; CATEGORIES.len()],
}

impl<'a> Weighing<'a> {
    pub fn new(boosts: &[Boost], affinity: Option<&Affinity>, columns: &'a Columns) -> Self {
        let mut weighing = Self {
            columns,
            products: HashMap::new(),
            categories: [1.0; CATEGORIES.len()],
            makers: HashMap::new(),
            styles: HashMap::new(),
            tags: HashMap::new(),
            affinity: affinity.map(|affinity| Taste::new(affinity, columns)),
        };
        for boost in boosts {
            let factor = match &boost.target {
                Target::Product(id) => columns.row(id).map(|row| weighing.products.entry(row).or_insert(1.0)),
                Target::Category(category) => weighing.categories.get_mut(*category as usize),
                Target::Maker(name) => named(&columns.makers, name, &mut weighing.makers),
                Target::Style(name) => named(&columns.styles, name, &mut weighing.styles),
                Target::Tag(name) => named(&columns.tags, name, &mut weighing.tags),
            };
            if let Some(factor) = factor {
                *factor = (*factor * boost.factor).clamp(1e-6, 1e6);
            }
        }
        weighing
    }

    /// All but the customer's taste.
    pub fn factors(&self, row: Row, offer: &Offer) -> Factors {
        Factors {
            popularity: 1.0 + POPULARITY * self.columns.popularity(row),
            availability: if offer.in_stock { 1.0 } else { OUT_OF_STOCK },
            boost: self.boost(row),
            affinity: 1.0,
        }
    }

    fn boost(&self, row: Row) -> f32 {
        let mut factor = self.categories.get(usize::from(self.columns.category[row as usize])).copied().unwrap_or(1.0);
        if !self.products.is_empty() {
            factor *= self.products.get(&row).unwrap_or(&1.0);
        }
        for (boosts, names) in [
            (&self.makers, &self.columns.makers),
            (&self.styles, &self.columns.styles),
            (&self.tags, &self.columns.tags),
        ] {
            if !boosts.is_empty() {
                factor *= names.of(row).iter().filter_map(|value| boosts.get(value)).product::<f32>();
            }
        }
        factor
    }

    /// Between 1 and 2: the strongest pull that the product has on this customer.
    pub fn taste(&self, row: Row) -> f32 {
        let Some(taste) = &self.affinity else { return 1.0 };
        let of = |pulls: &HashMap<u32, f32>, names: &Names| {
            names.of(row).iter().filter_map(|value| pulls.get(value)).copied().fold(0.0, f32::max)
        };
        let category = taste.categories.get(usize::from(self.columns.category[row as usize])).copied().unwrap_or(0.0);
        // A maker or a style says more of a taste than half of the catalogue does.
        1.0 + of(&taste.makers, &self.columns.makers).max(of(&taste.styles, &self.columns.styles)).max(category / 2.0)
    }

    /// Puts the first `wanted` in their order to the front; what lies behind them is in no order.
    pub fn arrange(&self, found: &mut [Found], sort: Sort, wanted: usize) {
        let by = |a: &Found, b: &Found| self.compare(a, b, sort);
        let personal = sort == Sort::Relevance && self.affinity.is_some();
        let front = if personal { wanted.max(PERSONAL) } else { wanted };
        if front < found.len() {
            found.select_nth_unstable_by(front, by);
            found[..front].sort_unstable_by(by);
        } else {
            found.sort_unstable_by(by);
        }
        if personal {
            let first = PERSONAL.min(found.len());
            for hit in &mut found[..first] {
                hit.score *= self.taste(hit.row);
            }
            found[..first].sort_unstable_by(by);
        }
    }

    fn compare(&self, a: &Found, b: &Found, sort: Sort) -> Ordering {
        let relevance = || b.score.total_cmp(&a.score);
        let columns = self.columns;
        let abv = |found: &Found| columns.abv[found.row as usize];
        let order = match sort {
            Sort::Relevance => relevance(),
            // Rows stand in this order.
            Sort::Popularity => Ordering::Equal,
            Sort::Name => columns.name_rank[a.row as usize].cmp(&columns.name_rank[b.row as usize]),
            Sort::PriceAscending => a.offer.price.cmp(&b.offer.price).then_with(relevance),
            Sort::PriceDescending => b.offer.price.cmp(&a.offer.price).then_with(relevance),
            Sort::AbvAscending => abv(a).cmp(&abv(b)).then_with(relevance),
            Sort::AbvDescending => abv(b).cmp(&abv(a)).then_with(relevance),
        };
        order.then(a.row.cmp(&b.row))
    }
}

impl Taste {
    fn new(affinity: &Affinity, columns: &Columns) -> Self {
        let share = |value: f32| if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let numbered = |pulls: &HashMap<String, f32>, names: &Names| {
            pulls.iter().filter_map(|(name, pull)| Some((names.number(name)?, share(*pull)))).collect()
        };
        let mut categories = [0.0; CATEGORIES.len()];
        for (category, pull) in &affinity.categories {
            categories[*category as usize] = share(*pull);
        }
        Self {
            makers: numbered(&affinity.makers, &columns.makers),
            styles: numbered(&affinity.styles, &columns.styles),
            categories,
        }
    }
}

fn named<'m>(names: &Names, name: &str, factors: &'m mut HashMap<u32, f32>) -> Option<&'m mut f32> {
    Some(factors.entry(names.number(name)?).or_insert(1.0))
}
