//! The answer to a question.

use serde::Serialize;
use sipstr_domain::ProductId;

use crate::overlay::{Offer, Row};
use crate::query::Facet;
use crate::schema::WordField;
use crate::suggest::Suggestion;

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The snapshot that answered; an offset counts in its order.
    pub snapshot: u64,
    /// All that were found, pins included.
    pub total: usize,
    pub hits: Vec<Hit>,
    pub next_offset: Option<usize>,
    pub facets: Vec<FacetCounts>,
    /// The text with its unknown words replaced by those that the best hit has.
    pub did_you_mean: Option<String>,
    pub suggestions: Vec<Suggestion>,
    /// How the question was loosened, because nothing has all its words.
    pub relaxation: Option<Relaxation>,
    /// Words beyond the number that is searched.
    pub ignored_words: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: ProductId,
    pub row: Row,
    pub score: f32,
    pub offer: Offer,
    pub pinned: bool,
    /// Where the question asked for it.
    pub explanation: Option<Explanation>,
}

/// The score is the sum of the words times the factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    pub words: Vec<WordMatch>,
    pub factors: Factors,
}

impl Explanation {
    pub fn score(&self) -> f32 {
        let text: f32 = self.words.iter().map(|word| word.score).sum();
        (if self.words.is_empty() { 1.0 } else { text }) * self.factors.product()
    }
}

/// How one word (or phrase) of the question was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WordMatch {
    pub typed: String,
    pub matched: String,
    pub field: &'static str,
    pub how: How,
    pub score: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "edits")]
pub enum How {
    Exact,
    /// With so many letters wrong, missing, superfluous or swapped.
    Typo(u8),
    Prefix,
    Synonym,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Factors {
    pub popularity: f32,
    pub availability: f32,
    pub boost: f32,
    pub affinity: f32,
}

impl Factors {
    pub fn product(&self) -> f32 {
        self.popularity * self.availability * self.boost * self.affinity
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    pub facet: Facet,
    /// The most frequent first; bands in their order, the empty ones included.
    pub values: Vec<FacetCount>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    pub value: FacetValue,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FacetValue {
    Text(String),
    /// From the first bound to under the second.
    Band(Option<i64>, Option<i64>),
}

/// Hits have some of the words; those with most of them come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relaxation {
    /// How many of the question's words the best hits have.
    pub matched: usize,
    pub of: usize,
}

impl WordField {
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::Rest => "details",
            other => other.name(),
        }
    }
}
