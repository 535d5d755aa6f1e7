//! Search over the catalogue: what a customer types becomes a page of products, with facets, corrections and reasons.
//!
//! A [`Snapshot`] is one set of files, built from the whole catalogue and never changed: a tantivy index of one segment, whose rows
//! stand in order of popularity, and a manifest with versions and checksums. An [`Engine`] is a snapshot held in memory, and a
//! [`Holder`] lets warm functions go on with the old one until the new one stands.
//!
//! tantivy keeps the dictionaries, the postings, the columns and the names; the ranking is ours (`matching`), because a hit must
//! explain itself, because facets, pins and the rescue of an empty answer need the whole set that matches, and because tantivy gives
//! every fuzzy match the same score. A word of the question is looked up exactly, with typing errors (Levenshtein automata after
//! Schulz and Mihov 2002, over the dictionary's transducer), as a beginning, and by its synonyms; of these the best one in the best
//! field counts (a disjunction-max of BM25 weights, Robertson and Zaragoza 2009), and the words are summed.
//!
//! What changes by the minute is not in the index: price, stock and legality are laid over at read time by an [`Overlay`]. What a
//! filter needs at speed and what changes by the day is: a product's stores, as posting lists, and its lowest price.

mod colour;
mod columns;
mod engine;
mod entry;
mod error;
mod explain;
mod facets;
mod filters;
mod indexing;
mod matching;
mod overlay;
mod page;
mod query;
mod rank;
mod schema;
mod searching;
mod slots;
mod snapshot;
mod suggest;
mod synonyms;
mod text;
mod vocabulary;

pub use engine::{Engine, Holder};
pub use entry::Entry;
pub use error::{QueryError, SnapshotError};
pub use overlay::{ListPrices, Offer, Overlay, Row, Shelf};
pub use page::{Explanation, FacetCount, FacetCounts, FacetValue, Factors, Hit, How, Page, Relaxation, WordMatch};
pub use query::{
    Affinity, Boost, Facet, Filters, MAX_LIMIT, MAX_OFFSET, MAX_TEXT, MAX_WORDS, Query, Range, Sort, Target,
};
pub use snapshot::{Manifest, SCHEMA_VERSION, Snapshot};
pub use suggest::{Suggested, Suggestion};
pub use synonyms::Synonyms;
