//! Words and phrases that customers use for one another.

use std::collections::HashMap;

use crate::error::SnapshotError;
use crate::text::tokens;

/// The longest phrase on either side, in words.
const MAX_PHRASE: usize = 4;

/// Groups of phrases that mean the same. Kept in the snapshot, so that an index and its synonyms are of one version.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    source: String,
    groups: Vec<Vec<Vec<String>>>,
    by_phrase: HashMap<Vec<String>, usize>,
}

impl Synonyms {
    /// The trade's own, as delivered with this crate.
    pub fn standard() -> Result<Self, SnapshotError> {
        Self::parse(include_str!("../data/synonyms.txt"))
    }

    /// One group a line, its phrases separated by commas; `#` begins a remark.
    pub fn parse(source: &str) -> Result<Self, SnapshotError> {
        let mut synonyms = Self { source: source.to_owned(), ..Self::default() };
        for (at, line) in source.lines().enumerate() {
            let refuse = |why| SnapshotError::Synonyms { line: at + 1, why };
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let phrases: Vec<Vec<String>> =
                line.split(',').map(|phrase| tokens(phrase).into_iter().map(|t| t.word).collect()).collect();
            if phrases.len() < 2 {
                return Err(refuse("a group needs two phrases"));
            }
            if phrases.iter().any(|phrase| phrase.is_empty() || phrase.len() > MAX_PHRASE) {
                return Err(refuse("a phrase has one to four words"));
            }
            for phrase in &phrases {
                if synonyms.by_phrase.insert(phrase.clone(), synonyms.groups.len()).is_some() {
                    return Err(refuse("a phrase stands in one group only"));
                }
            }
            synonyms.groups.push(phrases);
        }
        Ok(synonyms)
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// The longest phrase at the beginning of `words` that has synonyms: its length, and the other phrases of its group.
    pub fn at<'a>(&'a self, words: &[String]) -> Option<(usize, impl Iterator<Item = &'a [String]> + use<'a>)> {
        let longest = MAX_PHRASE.min(words.len());
        let (length, group) =
            (1..=longest).rev().find_map(|n| self.by_phrase.get(&words[..n]).map(|group| (n, *group)))?;
        let own = words[..length].to_vec();
        Some((length, self.groups[group].iter().filter(move |phrase| **phrase != own).map(Vec::as_slice)))
    }
}
