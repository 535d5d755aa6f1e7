//! Names in addresses: `westmalle-tripel-33-cl`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::account::Invalid;

/// Characters of a slug at most: an address stays readable, and search engines cut what is longer.
const LONGEST: usize = 80;

/// Lower-case ASCII letters and digits in words that hyphens join.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 80, example = "westmalle-tripel")]
pub struct Slug(String);

impl Slug {
    /// The slug of a name in whatever script; `None` where nothing of it can be written in ASCII.
    pub fn of(name: &str) -> Option<Self> {
        let ascii = deunicode::deunicode_with_tofu(name, " ").to_ascii_lowercase().replace(['\'', '`'], "");
        let mut slug = String::with_capacity(ascii.len().min(LONGEST));
        for word in ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let joined = slug.len() + usize::from(!slug.is_empty());
            if joined + word.len() > LONGEST {
                // A first word without end is cut; of later ones only whole words are taken.
                if slug.is_empty() {
                    slug.push_str(&word[..LONGEST]);
                }
                break;
            }
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(word);
        }
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// The same with something behind it that tells it from others.
    pub fn told_apart_by(&self, mark: &str) -> Option<Self> {
        let mark = Self::of(mark)?;
        let room = LONGEST.saturating_sub(mark.0.len() + 1);
        let head = self.0[..self.0.len().min(room)].trim_end_matches('-');
        Some(if head.is_empty() { mark } else { Self(format!("{head}-{mark}")) })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
        match text.len() <= LONGEST && text.split('-').all(word) {
            true => Ok(Self(text.to_owned())),
            false => Err(Invalid("must be words of a to z and 0 to 9, joined by hyphens, at most 80 characters")),
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> String {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(name: &str) -> String {
        Slug::of(name).map(String::from).unwrap_or_default()
    }

    #[test]
    fn names_of_every_script_become_addresses() {
        assert_eq!(of("Château d'Yquem 1er Cru"), "chateau-dyquem-1er-cru");
        assert_eq!(of("Jörger Weiße Hell"), "jorger-weisse-hell");
        assert_eq!(of("Nøgne Ø #100"), "nogne-o-100");
        assert_eq!(of("Балтика 9"), "baltika-9");
        assert_eq!(of("  --  "), "");
        assert_eq!(of(&format!("{} x", "a".repeat(100))).len(), 80);
    }

    #[test]
    fn two_of_one_name_are_told_apart_by_a_mark() {
        let long = Slug::of(&"word ".repeat(40)).unwrap();
        let marked = long.told_apart_by("0a1b2c3d").unwrap();
        assert!(marked.as_str().ends_with("-0a1b2c3d") && marked.as_str().len() <= 80, "{marked}");
        assert_eq!(marked.as_str().parse(), Ok(marked));
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for text in ["", "-", "a--b", "-a", "a-", "A", "é", "a b", "a/b", "../a", &"a".repeat(81)] {
            assert!(text.parse::<Slug>().is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn a_slug_is_ascii_and_stays_as_it_is(name in "\\PC{0,120}", mark in "[0-9a-f]{1,8}") {
            if let Some(slug) = Slug::of(&name) {
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
                prop_assert_eq!(Slug::of(slug.as_str()), Some(slug.clone()));
                let marked = slug.told_apart_by(&mark).unwrap();
                prop_assert_eq!(marked.as_str().parse::<Slug>(), Ok(marked));
            }
        }
    }
}
