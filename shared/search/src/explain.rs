//! Why a product is where it is: the same arithmetic as in `matching`, for one row.

use std::io;

use crate::overlay::Row;
use crate::page::{How, WordMatch};
use crate::schema::WordField;
use crate::slots::{Phrase, Slot};
use crate::vocabulary::Vocabulary;

/// How the product has each word of the question; words that it lacks are left out.
pub fn words(slots: &[Slot], row: Row, vocabulary: &Vocabulary) -> io::Result<Vec<WordMatch>> {
    let mut words = Vec::new();
    for slot in slots {
        words.extend(word(slot, row, vocabulary)?);
    }
    Ok(words)
}

/// The best of the slot's phrases.
pub fn word(slot: &Slot, row: Row, vocabulary: &Vocabulary) -> io::Result<Option<WordMatch>> {
    let mut best: Option<WordMatch> = None;
    for phrase in &slot.phrases {
        if let Some(found) = of_phrase(slot, phrase, row, vocabulary)?
            && best.as_ref().is_none_or(|known| found.score > known.score)
        {
            best = Some(found);
        }
    }
    Ok(best)
}

/// Whether every word stands in the product's name or its maker's, as it was typed.
pub fn is_named(slots: &[Slot], row: Row, vocabulary: &Vocabulary) -> io::Result<bool> {
    for slot in slots {
        let found = word(slot, row, vocabulary)?;
        let named = |found: &WordMatch| {
            found.how == How::Exact && (found.field == WordField::Name.told() || found.field == WordField::Maker.told())
        };
        if !found.as_ref().is_some_and(named) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn of_phrase(slot: &Slot, phrase: &Phrase, row: Row, vocabulary: &Vocabulary) -> io::Result<Option<WordMatch>> {
    let mut matched: Option<WordMatch> = None;
    for candidates in &phrase.words {
        let mut best: Option<WordMatch> = None;
        for candidate in candidates {
            let Some((worth, field)) = vocabulary.worth(candidate, row)? else { continue };
            if best.as_ref().is_none_or(|known| worth > known.score) {
                let how = if phrase.typed { candidate.how } else { How::Synonym };
                let typed = slot.typed.clone();
                best =
                    Some(WordMatch { typed, matched: candidate.word.clone(), field: field.told(), how, score: worth });
            }
        }
        let Some(best) = best else { return Ok(None) };
        matched = Some(match matched {
            None => best,
            Some(so_far) => WordMatch {
                matched: format!("{} {}", so_far.matched, best.matched),
                // A phrase is as inexact as the least exact of its words.
                how: if so_far.how == How::Exact { best.how } else { so_far.how },
                score: so_far.score + best.score,
                ..so_far
            },
        });
    }
    Ok(matched.map(|found| WordMatch { score: found.score * phrase.share(), ..found }))
}
