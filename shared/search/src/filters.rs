//! Which of the matches may be shown. A facet counts what its own filter would let in if it were lifted, so each filter fails by name.

use std::io;

use tantivy::InvertedIndexReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;

use crate::columns::{Columns, Names};
use crate::overlay::{Offer, Overlay, Row};
use crate::query::{Filters, Range};

/// One bit for each filter that a facet may lift.
pub const CATEGORY: u8 = 1;
pub const MAKER: u8 = 1 << 1;
pub const STYLE: u8 = 1 << 2;
pub const COUNTRY: u8 = 1 << 3;
pub const TAG: u8 = 1 << 4;
pub const PRICE: u8 = 1 << 5;
pub const ABV: u8 = 1 << 6;

/// The filters of a question, made ready for this snapshot.
pub struct Sieve<'a> {
    columns: &'a Columns,
    /// By row, whether one of the wanted stores has it.
    stores: Option<Vec<bool>>,
    categories: u8,
    makers: Option<Vec<bool>>,
    styles: Option<Vec<bool>>,
    countries: Option<Vec<bool>>,
    tags: Option<Vec<bool>>,
    price: Range<i64>,
    abv: Range<u16>,
    volume_ml: Range<u32>,
    in_stock: bool,
}

impl<'a> Sieve<'a> {
    pub fn new(filters: &Filters, columns: &'a Columns, assortments: &InvertedIndexReader) -> io::Result<Self> {
        let chosen = |names: &Names, wanted: &[String]| {
            (!wanted.is_empty()).then(|| {
                let mut chosen = vec![false; names.texts.len()];
                for number in wanted.iter().filter_map(|text| names.number(text)) {
                    chosen[number as usize] = true;
                }
                chosen
            })
        };
        Ok(Self {
            columns,
            stores: stores(filters, columns.rows(), assortments)?,
            categories: filters.categories.iter().fold(0, |set, category| set | 1 << *category as u8),
            makers: chosen(&columns.makers, &filters.makers),
            styles: chosen(&columns.styles, &filters.styles),
            countries: chosen(&columns.countries, &filters.countries),
            tags: chosen(&columns.tags, &filters.tags),
            price: filters.price,
            abv: filters.abv,
            volume_ml: filters.volume_ml,
            in_stock: filters.in_stock,
        })
    }

    /// The offer and the filters that the product fails; `None` where no facet could bring it back.
    pub fn pass(&self, row: Row, overlay: &impl Overlay) -> Option<(Offer, u8)> {
        let at = row as usize;
        if self.stores.as_ref().is_some_and(|stores| !stores[at]) || !self.volume_ml.contains(self.columns.volume[at]) {
            return None;
        }
        let offer = overlay.offer(row)?;
        if !offer.lawful || (self.in_stock && !offer.in_stock) {
            return None;
        }
        let mut failed = 0;
        let mut check = |bit: u8, passes: bool| failed |= if passes { 0 } else { bit };
        check(CATEGORY, self.categories == 0 || self.categories & (1 << self.columns.category[at]) != 0);
        check(MAKER, any(&self.makers, self.columns.makers.of(row)));
        check(STYLE, any(&self.styles, self.columns.styles.of(row)));
        check(COUNTRY, any(&self.countries, self.columns.countries.of(row)));
        check(TAG, any(&self.tags, self.columns.tags.of(row)));
        check(PRICE, self.price.contains(offer.price));
        check(ABV, self.abv.contains(self.columns.abv[at]));
        Some((offer, failed))
    }
}

fn any(chosen: &Option<Vec<bool>>, values: &[u32]) -> bool {
    chosen.as_ref().is_none_or(|chosen| values.iter().any(|value| chosen[*value as usize]))
}

fn stores(filters: &Filters, rows: usize, assortments: &InvertedIndexReader) -> io::Result<Option<Vec<bool>>> {
    if filters.stores.is_empty() {
        return Ok(None);
    }
    let mut has = vec![false; rows];
    for store in &filters.stores {
        let Some(info) = assortments.terms().get(store.suffix())? else { continue };
        let mut postings: BlockSegmentPostings =
            assortments.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        while !postings.docs().is_empty() {
            postings.docs().iter().for_each(|row| has[*row as usize] = true);
            postings.advance();
        }
    }
    Ok(Some(has))
}
