//! What the customer may be about to type: makers and styles by how many products they have, then products by popularity.

use std::collections::HashSet;
use std::io;

use serde::Serialize;
use sipstr_domain::ProductId;

use crate::columns::{Columns, Names};
use crate::engine::Engine;
use crate::error::QueryError;
use crate::matching::Matches;
use crate::overlay::{Overlay, Row};
use crate::query::{MAX_LIMIT, MAX_TEXT};
use crate::slots::{Effort, Question};
use crate::text::folded;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    pub text: String,
    pub of: Suggested,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum Suggested {
    Maker,
    Style,
    Product(ProductId),
}

/// Makers and styles as they are compared, the most frequent first.
#[derive(Debug)]
pub struct Completions {
    makers: Vec<Completion>,
    styles: Vec<Completion>,
}

#[derive(Debug)]
struct Completion {
    number: u32,
    /// Between spaces, so that a word's beginning is a space and letters.
    folded: String,
}

impl Completions {
    pub fn new(columns: &Columns) -> Self {
        let of = |names: &Names| {
            let mut frequency = vec![0_u32; names.texts.len()];
            for row in 0..columns.rows() as Row {
                names.of(row).iter().for_each(|number| frequency[*number as usize] += 1);
            }
            let mut numbers: Vec<u32> = (0..names.texts.len() as u32).collect();
            numbers.sort_by_key(|number| (std::cmp::Reverse(frequency[*number as usize]), *number));
            let completion =
                |number: u32| Completion { number, folded: format!(" {}", folded(&names.texts[number as usize])) };
            numbers.into_iter().map(completion).collect()
        };
        Self { makers: of(&columns.makers), styles: of(&columns.styles) }
    }
}

/// At most a third of the suggestions are makers, and a third styles.
fn named(completions: &[Completion], names: &Names, typed: &str, limit: usize, of: &Suggested) -> Vec<Suggestion> {
    let needle = format!(" {typed}");
    let fits = completions.iter().filter(|completion| completion.folded.contains(&needle));
    let suggestion =
        |completion: &Completion| Suggestion { text: names.texts[completion.number as usize].clone(), of: of.clone() };
    fits.take(limit).map(suggestion).collect()
}

impl Engine {
    /// Completions of what is being typed: names that begin like it, word for word, of what the overlay offers.
    pub fn suggest(&self, text: &str, limit: usize, overlay: &impl Overlay) -> Result<Vec<Suggestion>, QueryError> {
        let found = text.chars().count();
        if found > MAX_TEXT {
            return Err(QueryError::TextTooLong { found, max: MAX_TEXT });
        }
        if limit > MAX_LIMIT {
            return Err(QueryError::Limit { max: MAX_LIMIT });
        }
        self.refuse_stale(overlay)?;
        let typed = folded(text);
        if typed.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let (columns, completions) = (self.columns(), self.completions());
        let share = limit.div_ceil(3);
        let mut suggestions = named(&completions.makers, &columns.makers, &typed, share, &Suggested::Maker);
        suggestions.extend(named(&completions.styles, &columns.styles, &typed, share, &Suggested::Style));
        suggestions.truncate(limit);
        let room = limit - suggestions.len();
        suggestions.extend(self.products_like(text, room, overlay)?);
        Ok(suggestions)
    }

    /// Rows stand in order of popularity, so the first that fit are the ones to name.
    fn products_like(&self, text: &str, room: usize, overlay: &impl Overlay) -> Result<Vec<Suggestion>, QueryError> {
        let question = Question::new(text, true, Effort::Usual, self.vocabulary(), self.synonyms())?;
        let matches = Matches::find(&question.slots, self.vocabulary())?;
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let mut told = HashSet::new();
        for row in (0..self.products() as Row).filter(|row| matches.words(*row) == question.slots.len()) {
            if suggestions.len() == room {
                break;
            }
            let offered = overlay.offer(row).is_some_and(|offer| offer.lawful && offer.in_stock);
            if !offered || !question.admits(row, self)? {
                continue;
            }
            let text = self.title(row)?;
            // The same wine in two sizes is one suggestion.
            if told.insert(text.clone())
                && let Some(id) = self.columns().id(row)
            {
                suggestions.push(Suggestion { text, of: Suggested::Product(id) });
            }
        }
        Ok(suggestions)
    }
}

/// Names are read from the store of documents, some at a time.
pub fn title(
    store: &tantivy::store::StoreReader,
    field: tantivy::schema::Field,
    row: Row,
) -> Result<String, QueryError> {
    use tantivy::schema::Value;
    let document: tantivy::TantivyDocument = store.get(row)?;
    let text = document.get_first(field).and_then(|value| value.as_str().map(str::to_owned));
    text.ok_or_else(|| QueryError::from(io::Error::other("a product without a name")))
}
