//! The colours of wine. A customer who asks for rosé is never answered with red: folding accents makes `rosé` the `rose` of *Rose Hill
//! Cabernet*, a typing error apart from `rosso`, and the beginning of *Rosemount Shiraz*.

use sipstr_domain::catalog::{Category, Product};

use crate::text::{Token, tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Rose,
    Red,
    White,
}

impl Colour {
    const ALL: [Self; 3] = [Self::Rose, Self::Red, Self::White];

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Rose => &["rose", "rosado", "rosato", "blush"],
            Self::Red => &["red", "rouge", "rosso", "tinto", "rotwein"],
            Self::White => &["white", "blanc", "blanco", "bianco", "weisswein"],
        }
    }

    /// The colour that a folded word names.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.words().contains(&word))
    }

    /// The other words for the same colour.
    pub fn other_words(self, word: &str) -> impl Iterator<Item = &'static str> {
        self.words().iter().copied().filter(move |other| *other != word)
    }

    /// The colour that a wine's style states; other drinks have none.
    pub fn of_wine(product: &Product) -> Option<Self> {
        if product.category != Category::Wine {
            return None;
        }
        tokens(&product.style).iter().find_map(|token| Self::of_word(&token.word))
    }

    /// As it stands in the index; 0 is a drink without one.
    pub const fn code(colour: Option<Self>) -> u64 {
        match colour {
            None => 0,
            Some(Self::Rose) => 1,
            Some(Self::Red) => 2,
            Some(Self::White) => 3,
        }
    }
}

/// The colours a question asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    codes: Vec<u8>,
    /// Written with its accent, or beside nothing but the word *wine*: then a name that holds the word is no excuse.
    strict: bool,
}

impl Wanted {
    pub fn of(question: &[Token]) -> Self {
        let codes: Vec<u8> = question
            .iter()
            .filter_map(|token| Colour::of_word(&token.word))
            .map(|colour| Colour::code(Some(colour)) as u8)
            .collect();
        let says_more = |token: &Token| Colour::of_word(&token.word).is_none() && token.word != "wine";
        let accented = question.iter().any(|token| token.accented && Colour::of_word(&token.word).is_some());
        Self { codes, strict: accented || !question.iter().any(says_more) }
    }

    /// Whether a wine of this colour may answer. `named` says whether every word of the question stands in its name or its
    /// maker's: whoever types `rose hill cabernet` means that bottle.
    pub fn admits(&self, colour: u8, named: bool) -> bool {
        self.codes.is_empty() || colour == 0 || self.codes.contains(&colour) || (named && !self.strict)
    }
}
