//! Which products have which words of the question, and how well.

use std::io;

use crate::overlay::Row;
use crate::slots::{Phrase, Slot};
use crate::vocabulary::Vocabulary;

/// Every product that has at least one word of the question.
pub struct Matches {
    pub rows: Vec<Row>,
    score: Vec<f32>,
    /// A bit for each word that the product has.
    has: Vec<u16>,
}

impl Matches {
    /// Word by word: the best way in which a product has it is added to its score.
    pub fn find(slots: &[Slot], vocabulary: &Vocabulary) -> io::Result<Self> {
        let size = vocabulary.rows() as usize;
        let mut matches = Self { rows: Vec::new(), score: vec![0.0; size], has: vec![0; size] };
        let mut scratch = Scratch::new(size);
        for (at, slot) in slots.iter().enumerate() {
            for phrase in &slot.phrases {
                scratch.add(phrase, vocabulary)?;
            }
            for (row, score) in scratch.best.drain() {
                if matches.has[row as usize] == 0 {
                    matches.rows.push(row);
                }
                matches.has[row as usize] |= 1 << at;
                matches.score[row as usize] += score;
            }
        }
        Ok(matches)
    }

    pub fn words(&self, row: Row) -> usize {
        self.has[row as usize].count_ones() as usize
    }

    pub fn score(&self, row: Row) -> f32 {
        self.score[row as usize]
    }
}

/// A score for some of the rows; 0 is none.
struct Scores {
    of: Vec<f32>,
    rows: Vec<Row>,
}

impl Scores {
    fn new(size: usize) -> Self {
        Self { of: vec![0.0; size], rows: Vec::new() }
    }

    fn raise(&mut self, row: Row, score: f32) {
        let known = &mut self.of[row as usize];
        if *known == 0.0 {
            self.rows.push(row);
        }
        *known = known.max(score);
    }

    fn drain(&mut self) -> impl Iterator<Item = (Row, f32)> {
        let of = &mut self.of;
        self.rows.drain(..).map(move |row| (row, std::mem::take(&mut of[row as usize])))
    }
}

struct Scratch {
    best: Scores,
    word: Scores,
}

impl Scratch {
    fn new(size: usize) -> Self {
        Self { best: Scores::new(size), word: Scores::new(0) }
    }

    fn add(&mut self, phrase: &Phrase, vocabulary: &Vocabulary) -> io::Result<()> {
        if let [candidates] = phrase.words.as_slice() {
            for candidate in candidates {
                vocabulary.visit(candidate, |row, score| self.best.raise(row, score))?;
            }
            return Ok(());
        }
        self.word.of.resize(self.best.of.len(), 0.0);
        let mut all: Option<Vec<(Row, f32)>> = None;
        for candidates in &phrase.words {
            for candidate in candidates {
                vocabulary.visit(candidate, |row, score| self.word.raise(row, score))?;
            }
            all = Some(match all {
                None => self.word.drain().collect(),
                Some(mut so_far) => {
                    so_far.retain_mut(|(row, sum)| {
                        let score = self.word.of[*row as usize];
                        *sum += score;
                        score > 0.0
                    });
                    self.word.drain().for_each(drop);
                    so_far
                }
            });
        }
        let share = phrase.share();
        for (row, sum) in all.unwrap_or_default() {
            self.best.raise(row, sum * share);
        }
        Ok(())
    }
}

impl Phrase {
    /// A typed phrase counts word by word; a synonym's words count as the one thing they stand for.
    pub fn share(&self) -> f32 {
        if self.typed { 1.0 } else { 1.0 / self.words.len().max(1) as f32 }
    }
}
