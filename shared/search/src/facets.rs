//! Counting what the matches have, value by value.

use crate::columns::{CATEGORIES, Columns, Names};
use crate::filters;
use crate::overlay::{Offer, Row};
use crate::page::{FacetCount, FacetCounts, FacetValue};
use crate::query::Facet;

/// A facet of text names at most so many values.
const MAX_VALUES: usize = 50;

/// A facet on its way: counts by the number of the value or the place of the band.
pub struct Counter {
    facet: Facet,
    own_filter: u8,
    counts: Vec<u32>,
}

impl Counter {
    pub fn new(facet: &Facet, columns: &Columns) -> Self {
        let (own_filter, values) = match facet {
            Facet::Category => (filters::CATEGORY, CATEGORIES.len()),
            Facet::Maker => (filters::MAKER, columns.makers.texts.len()),
            Facet::Style => (filters::STYLE, columns.styles.texts.len()),
            Facet::Country => (filters::COUNTRY, columns.countries.texts.len()),
            Facet::Tag => (filters::TAG, columns.tags.texts.len()),
            Facet::Price(bounds) => (filters::PRICE, bounds.len() + 1),
            Facet::Abv(bounds) => (filters::ABV, bounds.len() + 1),
        };
        Self { facet: facet.clone(), own_filter, counts: vec![0; values] }
    }

    /// Counts a product that fails no filter but this facet's own: so the other values can still be chosen.
    pub fn count(&mut self, row: Row, offer: &Offer, failed: u8, columns: &Columns) {
        if failed & !self.own_filter != 0 {
            return;
        }
        let band = |bounds: &[i64], value: i64| bounds.partition_point(|bound| *bound <= value);
        match &self.facet {
            Facet::Category => {
                if let Some(count) = self.counts.get_mut(usize::from(columns.category[row as usize])) {
                    *count += 1;
                }
            }
            Facet::Maker => count_names(&mut self.counts, &columns.makers, row),
            Facet::Style => count_names(&mut self.counts, &columns.styles, row),
            Facet::Country => count_names(&mut self.counts, &columns.countries, row),
            Facet::Tag => count_names(&mut self.counts, &columns.tags, row),
            Facet::Price(bounds) => self.counts[band(bounds, offer.price)] += 1,
            Facet::Abv(bounds) => self.counts[band(bounds, i64::from(columns.abv[row as usize]))] += 1,
        }
    }

    pub fn finish(self, columns: &Columns) -> FacetCounts {
        let counts = self.counts;
        let values = match &self.facet {
            Facet::Category => named(&counts, |at| CATEGORIES[at].as_str()),
            Facet::Maker => named(&counts, |at| columns.makers.texts[at].as_str()),
            Facet::Style => named(&counts, |at| columns.styles.texts[at].as_str()),
            Facet::Country => named(&counts, |at| columns.countries.texts[at].as_str()),
            Facet::Tag => named(&counts, |at| columns.tags.texts[at].as_str()),
            Facet::Price(bounds) | Facet::Abv(bounds) => bands(&counts, bounds),
        };
        FacetCounts { facet: self.facet, values }
    }
}

fn count_names(counts: &mut [u32], names: &Names, row: Row) {
    for value in names.of(row) {
        counts[*value as usize] += 1;
    }
}

fn named<'a>(counts: &[u32], text: impl Fn(usize) -> &'a str) -> Vec<FacetCount> {
    let mut found: Vec<(usize, u32)> = counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
    found.sort_by(|(a, more), (b, fewer)| fewer.cmp(more).then_with(|| text(*a).cmp(text(*b))));
    found.truncate(MAX_VALUES);
    let value = |(at, count): (usize, u32)| FacetCount { value: FacetValue::Text(text(at).to_owned()), count };
    found.into_iter().map(value).collect()
}

fn bands(counts: &[u32], bounds: &[i64]) -> Vec<FacetCount> {
    let bound = |at: Option<usize>| at.and_then(|at| bounds.get(at)).copied();
    let band = |(at, count): (usize, &u32)| FacetCount {
        value: FacetValue::Band(bound(at.checked_sub(1)), bound(Some(at))),
        count: *count,
    };
    counts.iter().enumerate().map(band).collect()
}
