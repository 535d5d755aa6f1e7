//! Texts that editors write, in one language or several.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::preference::Language;

/// The language of what is not translated.
pub const BASE: &str = "en";

/// Languages of one thing at most.
pub const MOST_LANGUAGES: usize = 30;

/// A name in other languages.
pub type Names = BTreeMap<Language, String>;

/// A product's texts in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Translation {
    #[schema(max_length = 120)]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 4000)]
    pub description: String,
}

/// One line of text: trimmed, of some length, and without control characters.
pub fn line(text: &str, most: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Invalid("must be one line of text, not empty and not too long"));
    }
    Ok(text.to_owned())
}

/// Text of several lines, or none.
pub fn paragraph(text: &str, most: usize) -> Result<String, Invalid> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    if text.chars().count() > most || text.chars().any(odd) {
        return Err(Invalid("must be text without control characters, and not too long"));
    }
    Ok(text.to_owned())
}

/// A name in several languages, each a line.
pub fn names(names: Names, most: usize) -> Result<Names, Invalid> {
    if names.len() > MOST_LANGUAGES {
        return Err(Invalid("has too many languages"));
    }
    names.into_iter().map(|(language, name)| Ok((language, line(&name, most)?))).collect()
}

/// What to show to somebody who reads these languages, the dearest first: the first that there is, or one that is a form of it
/// or that it is a form of (RFC 4647 §3.4: lookup); `None` stands for the language of the base.
pub fn choose<'a>(wanted: &[Language], there: impl Iterator<Item = &'a Language> + Clone) -> Option<&'a Language> {
    for wanted in wanted {
        let mut tag = wanted.as_str();
        loop {
            if let Some(found) = there.clone().find(|language| language.as_str().eq_ignore_ascii_case(tag)) {
                return Some(found);
            }
            if tag.eq_ignore_ascii_case(BASE) {
                return None;
            }
            match tag.rsplit_once('-') {
                Some((shorter, _)) => tag = shorter,
                None => break,
            }
        }
    }
    None
}

/// The languages of an `Accept-Language` header, the dearest first; what is no language is passed over (RFC 9110 §12.5.4).
pub fn accepted(header: &str) -> Vec<Language> {
    let mut wanted: Vec<(u16, Language)> = header.split(',').take(16).filter_map(weighted).collect();
    // Stable: among equals the order of the header counts.
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    wanted.into_iter().filter(|(weight, _)| *weight > 0).map(|(_, language)| language).collect()
}

/// One range of the header with its weight in thousandths.
fn weighted(range: &str) -> Option<(u16, Language)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    (0.0..=1.0).contains(&weight).then_some(())?;
    Some(((weight * 1_000.0) as u16, tag.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn languages(tags: &[&str]) -> Vec<Language> {
        tags.iter().map(|tag| tag.parse().unwrap()).collect()
    }

    fn chosen(header: &str, there: &[&str]) -> Option<String> {
        let there = languages(there);
        choose(&accepted(header), there.iter()).map(|language| language.as_str().to_owned())
    }

    #[test]
    fn the_dearest_language_that_there_is_is_shown() {
        assert_eq!(chosen("fr;q=0.5, de-CH, en;q=0.1", &["de", "fr"]).as_deref(), Some("de"));
        assert_eq!(chosen("fr;q=0.5, it", &["de", "fr"]).as_deref(), Some("fr"));
        assert_eq!(chosen("en, fr;q=0.5", &["de", "fr"]), None, "the base is a language too");
        assert_eq!(chosen("fr;q=0", &["fr"]), None);
        for nothing in ["", "*", "xx-xx-xx-xx, ;;;, q=1", "fr;q=2", "fr;q=NaN"] {
            assert_eq!(chosen(nothing, &["fr"]), None, "{nothing}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_header_brings_it_down(header in "\\PC{0,200}") {
            let _ = chosen(&header, &["fr"]);
        }
    }
}
