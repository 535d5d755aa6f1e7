//! How somebody wants to be served, and what they allow.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::money::Currency;

/// A language as a page names it: `en`, `en-GB`, `zh-Hant-TW` (BCP 47: language, script and region, no more).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "en-GB")]
pub struct Language(String);

impl Language {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid("must be a language such as en, en-GB or zh-Hant-TW");
        let alphabetic = |part: &str, lengths: &[usize]| {
            lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
        };
        let mut parts = text.split('-');
        let language = parts.next().filter(|part| alphabetic(part, &[2, 3])).ok_or(INVALID)?.to_ascii_lowercase();
        let mut folded = language;
        let mut next = parts.next();
        if let Some(script) = next.filter(|part| alphabetic(part, &[4])) {
            folded.push('-');
            folded.push_str(&script[..1].to_ascii_uppercase());
            folded.push_str(&script[1..].to_ascii_lowercase());
            next = parts.next();
        }
        if let Some(region) = next {
            let number = region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit());
            if !(alphabetic(region, &[2]) || number) {
                return Err(INVALID);
            }
            folded.push('-');
            folded.push_str(&region.to_ascii_uppercase());
        }
        if parts.next().is_some() { Err(INVALID) } else { Ok(Self(folded)) }
    }
}

impl TryFrom<String> for Language {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.0
    }
}

/// Ways in which advertising may reach somebody. Nothing is allowed that was not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Marketing {
    #[serde(default)]
    pub email: bool,
    #[serde(default)]
    pub sms: bool,
    #[serde(default)]
    pub push: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preferences {
    #[serde(default)]
    pub language: Language,
    /// In which totals are told where a person sees several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(default)]
    pub marketing: Marketing,
    /// Whether pages and mails shall do without movement and colour alone.
    #[serde(default)]
    pub reduced_motion: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_folded_and_nonsense_refused() {
        for (text, folded) in [("EN", "en"), ("en-gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")] {
            assert_eq!(text.parse::<Language>().unwrap().as_str(), folded);
        }
        for nonsense in ["", "e", "english", "en_GB", "en-", "en-GB-oed", "en-12", "en--GB", "é", "en-\u{1b}"] {
            assert!(nonsense.parse::<Language>().is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn nothing_is_allowed_that_was_not_said() {
        assert_eq!(Preferences::default().marketing, Marketing { email: false, sms: false, push: false });
        assert!(serde_json::from_str::<Preferences>(r#"{"marketing":{"fax":true}}"#).is_err());
    }
}
