//! The words of the catalogue, field by field, and the ways from a typed word to them.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, LazyLock};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, SegmentReader};
use tantivy_fst::Automaton;

use crate::error::SnapshotError;
use crate::overlay::Row;
use crate::page::How;
use crate::schema::WordField;

/// BM25's saturation and length normalisation, with the usual values.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// What a match is worth beside an exact one. Automata give no score of their own.
const ONE_EDIT: f32 = 0.4;
const TWO_EDITS: f32 = 0.2;
const BEGINNING: f32 = 0.5;
const SYNONYM: f32 = 0.8;

/// At most so many words are followed from one typed word: the nearest, of these the most frequent.
const MAX_CANDIDATES: usize = 32;

/// Automata for longer words would be large, and nobody types them.
const MAX_FUZZY: usize = 32;

static ONE: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

pub struct Vocabulary {
    fields: Vec<WordIndex>,
    rows: u32,
}

struct WordIndex {
    kind: WordField,
    inverted: Arc<InvertedIndexReader>,
    norms: FieldNormReader,
    /// BM25's factor for a word that occurs, by the length of the text it occurs in.
    length_factor: Vec<f32>,
}

/// A word of the catalogue that a typed word may stand for.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub word: String,
    pub how: How,
    places: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Place {
    field: usize,
    info: TermInfo,
    /// The field's weight, the word's rarity there, and its nearness to what was typed.
    value: f32,
}

impl Candidate {
    /// In how many products' fields it stands.
    fn frequency(&self) -> u32 {
        self.places.iter().map(|place| place.info.doc_freq).sum()
    }
}

impl Vocabulary {
    pub fn open(segment: &SegmentReader) -> Result<Self, SnapshotError> {
        let rows = segment.max_doc();
        let mut fields = Vec::new();
        for kind in WordField::ALL {
            let field = segment.schema().get_field(kind.name())?;
            let inverted = segment.inverted_index(field)?;
            let average = (inverted.total_num_tokens() as f32 / rows.max(1) as f32).max(1.0);
            let factor = |id: u8| {
                let length = FieldNormReader::id_to_fieldnorm(id) as f32;
                (K1 + 1.0) / (1.0 + K1 * (1.0 - B + B * length / average))
            };
            let length_factor = (0..=u8::MAX).map(factor).collect();
            fields.push(WordIndex { kind, inverted, norms: segment.get_fieldnorms_reader(field)?, length_factor });
        }
        Ok(Self { fields, rows })
    }

    pub const fn rows(&self) -> u32 {
        self.rows
    }

    pub fn exact(&self, word: &str) -> io::Result<Option<Candidate>> {
        self.spelled(word, How::Exact, 1.0)
    }

    pub fn synonym(&self, word: &str) -> io::Result<Option<Candidate>> {
        self.spelled(word, How::Synonym, SYNONYM)
    }

    fn spelled(&self, word: &str, how: How, nearness: f32) -> io::Result<Option<Candidate>> {
        let mut places = Vec::new();
        for (field, index) in self.fields.iter().enumerate() {
            if let Some(info) = index.inverted.terms().get(word)? {
                places.push(self.place(field, info, nearness));
            }
        }
        Ok((!places.is_empty()).then(|| Candidate { word: word.to_owned(), how, places }))
    }

    /// Words at most `edits` (1 or 2) wrong, missing, superfluous or swapped letters away, itself excepted.
    pub fn typos(&self, word: &str, edits: u8) -> io::Result<Vec<Candidate>> {
        if word.chars().count() > MAX_FUZZY {
            return Ok(Vec::new());
        }
        let automaton = if edits == 1 { ONE.build_dfa(word) } else { TWO.build_dfa(word) };
        let mut found = Found::default();
        for (field, index) in self.fields.iter().enumerate() {
            let mut terms = index.inverted.terms().search(Edits(&automaton)).into_stream()?;
            while let Some((term, info)) = terms.next() {
                let Distance::Exact(edits) = automaton.eval(term) else { continue };
                if edits > 0 {
                    let nearness = if edits == 1 { ONE_EDIT } else { TWO_EDITS };
                    found.add(term, How::Typo(edits), self.place(field, info.clone(), nearness));
                }
            }
        }
        Ok(found.best())
    }

    /// Words that begin with this one, itself excepted.
    pub fn beginnings(&self, word: &str) -> io::Result<Vec<Candidate>> {
        let mut found = Found::default();
        for (field, index) in self.fields.iter().enumerate() {
            // Thousands of words begin with one letter; only the frequent ones are carried along.
            let mut frequent: Vec<(Vec<u8>, TermInfo)> = Vec::new();
            let mut floor = 0;
            let mut terms = index.inverted.terms().range().gt(word).into_stream()?;
            while let Some((term, info)) = terms.next() {
                if !term.starts_with(word.as_bytes()) {
                    break;
                }
                if info.doc_freq > floor {
                    frequent.push((term.to_vec(), info.clone()));
                }
                if frequent.len() == 4 * MAX_CANDIDATES {
                    floor = keep_frequent(&mut frequent);
                }
            }
            keep_frequent(&mut frequent);
            for (term, info) in frequent {
                found.add(&term, How::Prefix, self.place(field, info, BEGINNING));
            }
        }
        Ok(found.best())
    }

    fn place(&self, field: usize, info: TermInfo, nearness: f32) -> Place {
        let (rows, frequency) = (self.rows as f32, info.doc_freq as f32);
        let rarity = (1.0 + (rows - frequency + 0.5) / (frequency + 0.5)).ln();
        Place { field, value: self.fields[field].kind.weight() * rarity * nearness, info }
    }

    /// Visits every row that has the candidate, once a field.
    pub fn visit(&self, candidate: &Candidate, mut visit: impl FnMut(Row, f32)) -> io::Result<()> {
        for place in &candidate.places {
            let index = &self.fields[place.field];
            let mut postings = self.postings(place)?;
            while !postings.docs().is_empty() {
                for &row in postings.docs() {
                    let factor = index.length_factor[usize::from(index.norms.fieldnorm_id(row))];
                    visit(row, place.value * factor);
                }
                postings.advance();
            }
        }
        Ok(())
    }

    /// What the candidate is worth in one row, and in which field that is.
    pub fn worth(&self, candidate: &Candidate, row: Row) -> io::Result<Option<(f32, WordField)>> {
        let mut best: Option<(f32, WordField)> = None;
        for place in &candidate.places {
            let mut postings = self.postings(place)?;
            let at = postings.seek(row);
            if postings.docs().get(at) != Some(&row) {
                continue;
            }
            let index = &self.fields[place.field];
            let worth = place.value * index.length_factor[usize::from(index.norms.fieldnorm_id(row))];
            if best.is_none_or(|(known, _)| worth > known) {
                best = Some((worth, index.kind));
            }
        }
        Ok(best)
    }

    fn postings(&self, place: &Place) -> io::Result<BlockSegmentPostings> {
        self.fields[place.field].inverted.read_block_postings_from_terminfo(&place.info, IndexRecordOption::Basic)
    }
}

/// Keeps an inexact candidate from being worth more than the exact word because it is rarer.
pub fn cap(candidates: &mut [Candidate], exact: &Candidate) {
    for candidate in candidates {
        let nearness = match candidate.how {
            How::Exact => 1.0,
            How::Typo(1) => ONE_EDIT,
            How::Typo(_) => TWO_EDITS,
            How::Prefix => BEGINNING,
            How::Synonym => SYNONYM,
        };
        for place in &mut candidate.places {
            let ceiling = exact.places.iter().find(|known| known.field == place.field).map(|known| known.value);
            let ceiling = ceiling.or_else(|| exact.places.iter().map(|known| known.value).max_by(f32::total_cmp));
            place.value = place.value.min(ceiling.unwrap_or(f32::MAX) * nearness);
        }
    }
}

/// Keeps the most frequent; says how frequent the last of them is.
fn keep_frequent(terms: &mut Vec<(Vec<u8>, TermInfo)>) -> u32 {
    terms.sort_by_key(|(_, info)| std::cmp::Reverse(info.doc_freq));
    terms.truncate(MAX_CANDIDATES);
    if terms.len() < MAX_CANDIDATES { 0 } else { terms.last().map_or(0, |(_, info)| info.doc_freq) }
}

/// Candidates on the way, one for each word whichever fields have it.
#[derive(Default)]
struct Found {
    by_word: HashMap<Vec<u8>, Candidate>,
}

impl Found {
    fn add(&mut self, term: &[u8], how: How, place: Place) {
        if let Some(known) = self.by_word.get_mut(term) {
            known.places.push(place);
            return;
        }
        let word = String::from_utf8_lossy(term).into_owned();
        self.by_word.insert(term.to_vec(), Candidate { word, how, places: vec![place] });
    }

    fn best(self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = self.by_word.into_values().collect();
        let edits = |candidate: &Candidate| match candidate.how {
            How::Typo(edits) => edits,
            _ => 0,
        };
        candidates.sort_by(|a, b| {
            edits(a).cmp(&edits(b)).then(b.frequency().cmp(&a.frequency())).then_with(|| a.word.cmp(&b.word))
        });
        candidates.truncate(MAX_CANDIDATES);
        candidates
    }
}

/// A Levenshtein automaton as the dictionary wants it.
struct Edits<'a>(&'a DFA);

impl Automaton for Edits<'_> {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
