//! The words of a question, each with all that may stand for it.

use std::io;

use crate::colour::{Colour, Wanted};
use crate::engine::Engine;
use crate::explain;
use crate::overlay::Row;
use crate::query::MAX_WORDS;
use crate::synonyms::Synonyms;
use crate::text::tokens;
use crate::vocabulary::{Candidate, Vocabulary, cap};

/// Shorter words are not corrected: of three letters, one error away lies everything.
const MIN_LETTERS_ONE_EDIT: usize = 4;
/// Two errors flood all but long words, and are looked for only when one error found nothing.
const MIN_LETTERS_TWO_EDITS: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    Usual,
    /// With two typing errors a word.
    Hard,
}

#[derive(Debug)]
pub struct Question {
    pub slots: Vec<Slot>,
    pub wanted: Wanted,
    pub ignored_words: usize,
}

/// One word of the question, or a phrase that has synonyms. A product answers it by any one of its phrases.
#[derive(Debug)]
pub struct Slot {
    pub typed: String,
    /// Whether the catalogue has the word as it was typed.
    pub known: bool,
    pub phrases: Vec<Phrase>,
}

/// A product has it by having a candidate for each of its words.
#[derive(Debug)]
pub struct Phrase {
    pub words: Vec<Vec<Candidate>>,
    /// Whether it was typed so: then its words count like words typed alone. Else it counts as one.
    pub typed: bool,
}

impl Question {
    pub fn new(
        text: &str,
        as_you_type: bool,
        effort: Effort,
        vocabulary: &Vocabulary,
        synonyms: &Synonyms,
    ) -> io::Result<Self> {
        let mut question = tokens(text);
        let ignored_words = question.len().saturating_sub(MAX_WORDS);
        question.truncate(MAX_WORDS);
        let wanted = Wanted::of(&question);
        let mut words: Vec<String> = Vec::new();
        for token in question {
            if !words.contains(&token.word) {
                words.push(token.word);
            }
        }
        let mut slots = Vec::new();
        let mut rest = words.as_slice();
        while let Some(first) = rest.first() {
            let last = |length: usize| as_you_type && rest.len() == length;
            let slot = match synonyms.at(rest) {
                Some((length, others)) => {
                    let mut slot = Slot::typed(&rest[..length], last(length), effort, vocabulary)?;
                    for phrase in others {
                        slot.add_synonym(phrase, vocabulary)?;
                    }
                    rest = &rest[length..];
                    slot
                }
                None => {
                    let slot = Slot::typed(std::slice::from_ref(first), last(1), effort, vocabulary)?;
                    rest = &rest[1..];
                    slot
                }
            };
            slots.push(slot);
        }
        Ok(Self { slots, wanted, ignored_words })
    }

    /// Whether the colours that the question names let this wine in.
    pub fn admits(&self, row: Row, engine: &Engine) -> io::Result<bool> {
        let colour = engine.columns().wine_colour[row as usize];
        if self.wanted.admits(colour, false) {
            return Ok(true);
        }
        Ok(self.wanted.admits(colour, true) && explain::is_named(&self.slots, row, engine.vocabulary())?)
    }

    /// Whether a harder look could find more.
    pub fn may_try_harder(&self) -> bool {
        self.slots.iter().any(|slot| {
            slot.typed
                .split(' ')
                .any(|word| word.chars().count() >= MIN_LETTERS_TWO_EDITS && Colour::of_word(word).is_none())
        })
    }
}

impl Slot {
    fn typed(words: &[String], unfinished: bool, effort: Effort, vocabulary: &Vocabulary) -> io::Result<Self> {
        let mut slot = Self { typed: words.join(" "), known: true, phrases: Vec::new() };
        let mut phrase = Phrase { words: Vec::new(), typed: true };
        for (at, word) in words.iter().enumerate() {
            let exact = vocabulary.exact(word)?;
            slot.known &= exact.is_some();
            let unfinished = unfinished && at + 1 == words.len();
            phrase.words.push(candidates(word, exact, unfinished, effort, vocabulary)?);
        }
        slot.phrases.push(phrase);
        Ok(slot)
    }

    fn add_synonym(&mut self, words: &[String], vocabulary: &Vocabulary) -> io::Result<()> {
        let mut phrase = Phrase { words: Vec::new(), typed: false };
        for word in words {
            match vocabulary.synonym(word)? {
                Some(candidate) => phrase.words.push(vec![candidate]),
                None => return Ok(()),
            }
        }
        self.phrases.push(phrase);
        Ok(())
    }
}

fn candidates(
    word: &str,
    exact: Option<Candidate>,
    unfinished: bool,
    effort: Effort,
    vocabulary: &Vocabulary,
) -> io::Result<Vec<Candidate>> {
    let mut others = Vec::new();
    if let Some(colour) = Colour::of_word(word) {
        // A colour is what it says: no typing errors lead from one to another, and no beginnings.
        for other in colour.other_words(word) {
            others.extend(vocabulary.synonym(other)?);
        }
    } else {
        let letters = word.chars().count();
        if letters >= MIN_LETTERS_TWO_EDITS && effort == Effort::Hard {
            others.extend(vocabulary.typos(word, 2)?);
        } else if letters >= MIN_LETTERS_ONE_EDIT {
            others.extend(vocabulary.typos(word, 1)?);
        }
        if unfinished || (exact.is_none() && others.is_empty()) {
            others.extend(vocabulary.beginnings(word)?);
        }
    }
    if let Some(exact) = &exact {
        cap(&mut others, exact);
    }
    Ok(exact.into_iter().chain(others).collect())
}
