//! Text becomes words, the same way for products and for questions.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word without accents, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub word: String,
    /// Whether folding took an accent away: `rosé` means the wine, `rose` may mean the flower on a label.
    pub accented: bool,
}

/// Units that belong to the number before them: `750 ml` and `750ml` are one word.
const UNITS: [&str; 5] = ["ml", "cl", "l", "oz", "pk"];

/// The words of a text: `Château d'Yquem, 750 ML` is `chateau`, `dyquem`, `750ml`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for raw in text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c) && !is_apostrophe(c)) {
        for token in fold(raw) {
            match tokens.last_mut() {
                Some(last) if UNITS.contains(&token.word.as_str()) && is_number(&last.word) => {
                    last.word.push_str(&token.word);
                }
                _ => tokens.push(token),
            }
        }
    }
    tokens
}

/// The words joined by spaces: the key by which names are put in order.
pub fn folded(text: &str) -> String {
    let words: Vec<String> = tokens(text).into_iter().map(|token| token.word).collect();
    words.join(" ")
}

/// What is indexed: the words, and the parts of those that an apostrophe joins, so that `Drake's` is found as `drakes`, as `drake`
/// and as `drake s`, and `d'Yquem` as `yquem`.
pub fn indexed(text: &str) -> String {
    let whole = folded(text);
    if !text.contains(is_apostrophe) {
        return whole;
    }
    let mut words = whole;
    for raw in text.split(char::is_whitespace).filter(|raw| raw.contains(is_apostrophe)) {
        for part in raw.split(is_apostrophe) {
            words.push(' ');
            words.push_str(&folded(part));
        }
    }
    words
}

/// Decomposing may bring separators in (`½` is `1⁄2`), so that one stretch of characters may be several words.
fn fold(raw: &str) -> impl Iterator<Item = Token> {
    let mut word = String::with_capacity(raw.len());
    let mut accented = false;
    for c in raw.nfkd().flat_map(char::to_lowercase) {
        match c {
            c if is_combining_mark(c) => accented = true,
            c if is_apostrophe(c) => {}
            'ß' => word.push_str("ss"),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            'ø' => word.push('o'),
            'ł' => word.push('l'),
            'đ' | 'ð' => word.push('d'),
            'þ' => word.push_str("th"),
            c if c.is_alphanumeric() => word.push(c),
            _ => word.push(' '),
        }
    }
    let words: Vec<String> = word.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter().map(move |word| Token { word, accented })
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_apostrophes_and_units_do_not_matter() {
        for (text, words) in [
            ("Château d'Yquem", "chateau dyquem"),
            ("CHÂTEAU d’yquem!", "chateau dyquem"),
            ("Müller & Söhne Øl", "muller sohne ol"),
            ("Gin 750 ML", "gin 750ml"),
            ("gin 750ml", "gin 750ml"),
            ("12-pack x ½ l", "12 pack x 1 2l"),
            ("  --- ", ""),
        ] {
            assert_eq!(folded(text), words, "{text}");
        }
    }

    #[test]
    fn a_possessive_is_indexed_whole_and_in_parts() {
        assert_eq!(indexed("Drake's Brewing"), "drakes brewing drake s");
        assert_eq!(indexed("Château d’Yquem"), "chateau dyquem d yquem");
        assert_eq!(indexed("Pale Ale"), "pale ale");
    }

    #[test]
    fn an_accent_is_remembered() {
        for rose in ["rosé", "ROSÉ", "rose\u{301}"] {
            assert_eq!(tokens(rose), [Token { word: "rose".into(), accented: true }]);
        }
        assert!(!tokens("rose")[0].accented);
    }
}
