//! A question, typed. What a request may not say is refused before anything is searched.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::Category;
use sipstr_domain::{ProductId, StoreId};

use crate::error::QueryError;

/// Characters of the text.
pub const MAX_TEXT: usize = 300;
/// Words of the text that are searched; what follows is left out, and the page says so.
pub const MAX_WORDS: usize = 12;
pub const MAX_LIMIT: usize = 100;
pub const MAX_OFFSET: usize = 10_000;
/// Entries of a list in a question.
const MAX_LIST: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Empty to browse.
    pub text: String,
    /// Whether the last word is still being typed, so that it may be the beginning of one.
    pub as_you_type: bool,
    pub filters: Filters,
    pub sort: Sort,
    pub limit: usize,
    pub offset: usize,
    pub facets: Vec<Facet>,
    /// The business's say in the order, multiplied into the score.
    pub boosts: Vec<Boost>,
    /// Shown first and in this order, whatever the text, where the filters and the overlay let them.
    pub pins: Vec<ProductId>,
    /// Of the customer; re-ranks the first hundred.
    pub affinity: Option<Affinity>,
    /// How many suggestions to give along.
    pub suggestions: usize,
    pub explain: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: String::new(),
            as_you_type: false,
            filters: Filters::default(),
            sort: Sort::Relevance,
            limit: 20,
            offset: 0,
            facets: Vec::new(),
            boosts: Vec::new(),
            pins: Vec::new(),
            affinity: None,
            suggestions: 0,
            explain: false,
        }
    }
}

impl Query {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<(), QueryError> {
        let found = self.text.chars().count();
        if found > MAX_TEXT {
            return Err(QueryError::TextTooLong { found, max: MAX_TEXT });
        }
        if self.limit == 0 || self.limit > MAX_LIMIT {
            return Err(QueryError::Limit { max: MAX_LIMIT });
        }
        if self.offset > MAX_OFFSET {
            return Err(QueryError::Offset { max: MAX_OFFSET });
        }
        let filters = &self.filters;
        for (what, length) in [
            ("stores", filters.stores.len()),
            ("makers", filters.makers.len()),
            ("styles", filters.styles.len()),
            ("countries", filters.countries.len()),
            ("tags", filters.tags.len()),
            ("facets", self.facets.len()),
            ("boosts", self.boosts.len()),
            ("pins", self.pins.len()),
            ("suggestions", self.suggestions),
        ] {
            if length > MAX_LIST {
                return Err(QueryError::TooMany { what, max: MAX_LIST });
            }
        }
        if self.boosts.iter().any(|boost| !(0.01..=100.0).contains(&boost.factor)) {
            return Err(QueryError::BoostFactor);
        }
        self.facets.iter().try_for_each(Facet::check)
    }
}

/// Values of one filter are alternatives; filters of different kinds must all hold. Empty is no filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    pub stores: Vec<StoreId>,
    pub categories: Vec<Category>,
    /// As the facets spell them; so are styles, countries and tags.
    pub makers: Vec<String>,
    pub styles: Vec<String>,
    pub countries: Vec<String>,
    pub tags: Vec<String>,
    /// In minor units, as the overlay says.
    pub price: Range<i64>,
    /// In hundredths of a per cent.
    pub abv: Range<u16>,
    pub volume_ml: Range<u32>,
    pub in_stock: bool,
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    pub min: Option<T>,
    pub max: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { min: None, max: None }
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    pub fn contains(&self, value: T) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sort {
    Relevance,
    Popularity,
    Name,
    PriceAscending,
    PriceDescending,
    AbvAscending,
    AbvDescending,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facet {
    Category,
    Maker,
    Style,
    Country,
    Tag,
    /// Bands between rising bounds, in minor units: `[1000, 2000]` is under 10, 10 to under 20, from 20.
    Price(Vec<i64>),
    /// Likewise, in hundredths of a per cent.
    Abv(Vec<i64>),
}

impl Facet {
    fn check(&self) -> Result<(), QueryError> {
        match self {
            Self::Price(bounds) | Self::Abv(bounds) => {
                if bounds.len() > MAX_LIST {
                    return Err(QueryError::TooMany { what: "bounds", max: MAX_LIST });
                }
                if bounds.windows(2).any(|pair| pair[0] >= pair[1]) {
                    return Err(QueryError::Bounds);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Boost {
    pub target: Target,
    /// Above 1 lifts, below 1 lowers.
    pub factor: f32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Product(ProductId),
    Category(Category),
    Maker(String),
    Style(String),
    Tag(String),
}

/// How much a customer is drawn to makers, styles and categories, each from 0 to 1; what is not named is 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Affinity {
    pub makers: HashMap<String, f32>,
    pub styles: HashMap<String, f32>,
    pub categories: HashMap<Category, f32>,
}
