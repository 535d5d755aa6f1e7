//! What is known of a product by its row, decoded once when a snapshot is opened: filters, facets and sorting read it for every match.

use sipstr_domain::ProductId;
use sipstr_domain::catalog::Category;
use tantivy::SegmentReader;
use tantivy::columnar::StrColumn;

use crate::error::SnapshotError;
use crate::indexing::{POPULARITY_STEPS, id_bits};
use crate::overlay::Row;
use crate::schema;

pub const CATEGORIES: [Category; 6] = [
    Category::Beer,
    Category::Cider,
    Category::Wine,
    Category::Spirits,
    Category::ReadyToDrink,
    Category::NonAlcoholic,
];

#[derive(Debug)]
pub struct Columns {
    ids: Vec<u128>,
    /// Rows in the order of their ids, to find one by it.
    by_id: Vec<Row>,
    pub category: Vec<u8>,
    pub wine_colour: Vec<u8>,
    pub abv: Vec<u16>,
    pub volume: Vec<u32>,
    pub name_rank: Vec<u32>,
    price: Vec<i64>,
    popularity: Vec<f32>,
    pub makers: Names,
    pub styles: Names,
    pub countries: Names,
    pub tags: Names,
}

impl Columns {
    pub fn open(segment: &SegmentReader) -> Result<Self, SnapshotError> {
        let numbers = |column: &str| -> Result<Vec<u64>, SnapshotError> {
            let values = segment.fast_fields().u64(column)?;
            Ok((0..segment.max_doc()).map(|row| values.first(row).unwrap_or_default()).collect())
        };
        let (high, low) = (numbers(schema::ID_HIGH)?, numbers(schema::ID_LOW)?);
        let ids: Vec<u128> = high.iter().zip(&low).map(|(h, l)| (u128::from(*h) << 64) | u128::from(*l)).collect();
        let mut by_id: Vec<Row> = (0..segment.max_doc()).collect();
        by_id.sort_unstable_by_key(|row| ids[*row as usize]);
        let prices = segment.fast_fields().i64(schema::PRICE)?;
        Ok(Self {
            ids,
            by_id,
            category: numbers(schema::CATEGORY)?.into_iter().map(|v| v as u8).collect(),
            wine_colour: numbers(schema::WINE_COLOUR)?.into_iter().map(|v| v as u8).collect(),
            abv: numbers(schema::ABV)?.into_iter().map(|v| v as u16).collect(),
            volume: numbers(schema::VOLUME)?.into_iter().map(|v| v as u32).collect(),
            name_rank: numbers(schema::NAME_RANK)?.into_iter().map(|v| v as u32).collect(),
            price: (0..segment.max_doc()).map(|row| prices.first(row).unwrap_or_default()).collect(),
            popularity: numbers(schema::POPULARITY)?.into_iter().map(|v| v as f32 / POPULARITY_STEPS).collect(),
            makers: Names::open(segment, schema::MAKER_COLUMN)?,
            styles: Names::open(segment, schema::STYLE_COLUMN)?,
            countries: Names::open(segment, schema::COUNTRY_COLUMN)?,
            tags: Names::open(segment, schema::TAG_COLUMN)?,
        })
    }

    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    pub fn row(&self, id: &ProductId) -> Option<Row> {
        let id = id_bits(id);
        let place = self.by_id.binary_search_by_key(&id, |row| self.ids[*row as usize]).ok()?;
        Some(self.by_id[place])
    }

    /// The id of a row of this snapshot.
    pub fn id(&self, row: Row) -> Option<ProductId> {
        let bits = self.ids.get(row as usize)?;
        format!("{}{bits:032x}", ProductId::PREFIX).parse().ok()
    }

    pub fn price(&self, row: Row) -> i64 {
        self.price.get(row as usize).copied().unwrap_or_default()
    }

    pub fn popularity(&self, row: Row) -> f32 {
        self.popularity[row as usize]
    }
}

/// A column of text: each row's values as numbers, and the texts by number.
#[derive(Debug)]
pub struct Names {
    pub texts: Vec<String>,
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Names {
    fn open(segment: &SegmentReader, column: &str) -> Result<Self, SnapshotError> {
        let column: Option<StrColumn> = segment.fast_fields().str(column)?;
        let rows = segment.max_doc();
        let mut names = Self { texts: Vec::new(), starts: vec![0; rows as usize + 1], values: Vec::new() };
        let Some(column) = column else { return Ok(names) };
        for ord in 0..column.num_terms() as u64 {
            let mut text = String::new();
            column.ord_to_str(ord, &mut text).map_err(SnapshotError::io("column"))?;
            names.texts.push(text);
        }
        for row in 0..rows {
            names.values.extend(column.term_ords(row).map(|ord| ord as u32));
            names.starts[row as usize + 1] = names.values.len() as u32;
        }
        Ok(names)
    }

    pub fn of(&self, row: Row) -> &[u32] {
        let row = row as usize;
        &self.values[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The number of a text, spelled as the facets spell it.
    pub fn number(&self, text: &str) -> Option<u32> {
        // The dictionary is sorted by bytes, as strings are.
        self.texts.binary_search_by(|known| known.as_str().cmp(text)).ok().map(|at| at as u32)
    }
}
