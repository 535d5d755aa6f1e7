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

    /// Its English name, as the index has it.
    pub const fn name(self) -> &'static str {
        self.words()[0]
    }

    /// The colour that a folded word names.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.words().contains(&word))
    }

    /// The other words for the same colour.
    pub fn other_words(self, word: &str) -> impl Iterator<Item = &'static str> {
        self.words().iter().copied().filter(move |other| *other != word)
    }

    /// The colour of a wine, by what says it most surely: its style, an accented rosé in its name, its grape, another word of its
    /// name. Other drinks have none. A `rose` without accent comes last: it may be a hill.
    pub fn of_wine(product: &Product) -> Option<Self> {
        if product.category != Category::Wine {
            return None;
        }
        let (style, name) = (tokens(&product.style), tokens(&product.name));
        let named = |words: &[Token]| words.iter().find_map(|token| Self::of_word(&token.word));
        let rose = |words: &[Token]| {
            words.iter().any(|token| token.accented && Self::of_word(&token.word) == Some(Self::Rose))
        };
        if is_white_zinfandel(&style) || is_white_zinfandel(&name) || rose(&style) || rose(&name) {
            return Some(Self::Rose);
        }
        let grape = |words: &[Token]| words.iter().find_map(|token| Self::of_grape(&token.word));
        let sure = |words: &[Token]| named(words).filter(|colour| *colour != Self::Rose);
        named(&style)
            .or_else(|| sure(&name))
            .or_else(|| grape(&style))
            .or_else(|| grape(&name))
            .or_else(|| named(&name))
    }

    /// Grapes, and places that stand for them, whose wine is of one colour unless something says otherwise.
    fn of_grape(word: &str) -> Option<Self> {
        const RED: [&str; 20] = [
            "barbera",
            "barolo",
            "beaujolais",
            "cabernet",
            "carmenere",
            "chianti",
            "gamay",
            "grenache",
            "malbec",
            "merlot",
            "montalcino",
            "mourvedre",
            "nebbiolo",
            "noir",
            "primitivo",
            "sangiovese",
            "shiraz",
            "syrah",
            "tempranillo",
            "zinfandel",
        ];
        const WHITE: [&str; 10] = [
            "albarino",
            "chablis",
            "chardonnay",
            "chenin",
            "gewurztraminer",
            "moscato",
            "riesling",
            "sancerre",
            "soave",
            "viognier",
        ];
        if RED.contains(&word) {
            return Some(Self::Red);
        }
        WHITE.contains(&word).then_some(Self::White)
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

/// Called white, and pink.
fn is_white_zinfandel(words: &[Token]) -> bool {
    let has = |wanted: &str| words.iter().any(|token| token.word == wanted);
    has("white") && has("zinfandel")
}

/// The colours a question asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    codes: Vec<u8>,
    /// Rosé with its accent (which then is the only colour asked for), or a colour beside nothing but the word *wine*: then a name
    /// that holds the word is no excuse.
    strict: bool,
}

impl Wanted {
    pub fn of(question: &[Token]) -> Self {
        let colour = |token: &Token| Colour::of_word(&token.word);
        let code = |colour: Colour| Colour::code(Some(colour)) as u8;
        if question.iter().any(|token| token.accented && colour(token) == Some(Colour::Rose)) {
            return Self { codes: vec![code(Colour::Rose)], strict: true };
        }
        let mut codes: Vec<u8> = question.iter().filter_map(colour).map(code).collect();
        if is_white_zinfandel(question) {
            codes.push(code(Colour::Rose));
        }
        let says_more = question.iter().any(|token| colour(token).is_none() && token.word != "wine");
        Self { codes, strict: !says_more }
    }

    /// Whether a wine of this colour may answer. `named` says whether every word of the question stands in its name or its
    /// maker's: whoever types `rose hill cabernet` means that bottle.
    pub fn admits(&self, colour: u8, named: bool) -> bool {
        self.codes.is_empty() || colour == 0 || self.codes.contains(&colour) || (named && !self.strict)
    }
}

#[cfg(test)]
mod tests {
    use sipstr_domain::ProductId;
    use sipstr_domain::catalog::{Catalogued, Container};

    use super::*;

    fn wine(name: &str, style: &str) -> Option<Colour> {
        Colour::of_wine(&Product {
            id: ProductId::derive(&[name]),
            name: name.into(),
            maker: String::new(),
            category: Category::Wine,
            style: style.into(),
            abv_basis_points: 1_300,
            volume_ml: 750,
            pack: 1,
            container: Container::Glass,
            country: None,
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        })
    }

    #[test]
    fn a_wines_colour_is_told_by_what_says_it_most_surely() {
        for (name, style, colour) in [
            ("Whispering Angel", "Rosé", Some(Colour::Rose)),
            ("Rose Hill Cabernet", "Red", Some(Colour::Red)),
            ("Rose Hill", "Cabernet Sauvignon", Some(Colour::Red)),
            ("Rose Hill Cabernet", "", Some(Colour::Red)),
            ("Rosé of Pinot Noir", "", Some(Colour::Rose)),
            ("Pinot Noir Rosé", "Pinot Noir", Some(Colour::Rose)),
            ("Kim Crawford", "Sauvignon Blanc", Some(Colour::White)),
            ("Beringer White Zinfandel", "Zinfandel", Some(Colour::Rose)),
            ("Old Vine Zinfandel", "", Some(Colour::Red)),
            ("Barefoot Rose", "", Some(Colour::Rose)),
            ("Prosecco", "Sparkling", None),
        ] {
            assert_eq!(wine(name, style), colour, "{name}, {style}");
        }
    }
}
