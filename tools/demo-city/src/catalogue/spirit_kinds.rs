//! What the state's category of a spirit says: style to show, usual strength, country.
//!
//! The records have no ABV. It is taken from the name where the name states it ("80 Proof", "101"), else it is the
//! usual strength of the kind below; both are marked as estimated, because only a label is authoritative.

use super::countries::Country;

pub(super) struct Kind {
    pub style: &'static str,
    pub abv_bps: u16,
    country: &'static str,
}

impl Kind {
    pub(super) fn country(&self) -> Option<Country> {
        Country::named(self.country)
    }
}

/// State category, style, usual ABV in basis points, country where the kind has only one.
type Row = (&'static str, &'static str, u16, &'static str);

const KINDS: [Row; 69] = [
    ("100 PROOF VODKA", "Vodka", 5_000, ""),
    ("AMERICAN ALCOHOL", "Grain Alcohol", 9_500, "United States"),
    ("AMERICAN AMARETTO", "Amaretto", 2_400, "United States"),
    ("AMERICAN COCKTAILS", "Ready-to-Drink Cocktail", 1_250, "United States"),
    ("AMERICAN DRY GINS", "Gin", 4_000, "United States"),
    ("AMERICAN GRAPE BRANDIES", "Grape Brandy", 4_000, "United States"),
    ("AMERICAN SLOE GINS", "Sloe Gin", 1_500, "United States"),
    ("ANISETTE", "Anisette", 2_500, ""),
    ("APPLE SCHNAPPS", "Apple Schnapps", 1_500, ""),
    ("APRICOT BRANDIES", "Apricot Brandy", 3_500, ""),
    ("BARBADOS RUM", "Rum", 4_000, "Barbados"),
    ("BLACKBERRY BRANDIES", "Blackberry Brandy", 3_500, ""),
    ("BLENDED WHISKIES", "Blended Whiskey", 4_000, "United States"),
    ("BOTTLED IN BOND BOURBON", "Bottled-in-Bond Bourbon", 5_000, "United States"),
    ("BUTTERSCOTCH SCHNAPPS", "Butterscotch Schnapps", 1_500, ""),
    ("CANADIAN WHISKIES", "Canadian Whisky", 4_000, "Canada"),
    ("CHERRY BRANDIES", "Cherry Brandy", 3_500, ""),
    ("CINNAMON SCHNAPPS", "Cinnamon Schnapps", 2_500, ""),
    ("COFFEE LIQUEURS", "Coffee Liqueur", 2_000, ""),
    ("CREAM LIQUEURS", "Cream Liqueur", 1_700, ""),
    ("CREME DE ALMOND", "Crème de Noyaux", 2_000, ""),
    ("DARK CREME DE CACAO", "Crème de Cacao", 2_000, ""),
    ("DECANTERS & SPECIALTY PACKAGES", "Specialty Package", 4_000, ""),
    ("DISTILLED SPIRITS SPECIALTY", "Spirit Specialty", 3_500, ""),
    ("FLAVORED GINS", "Flavored Gin", 3_500, ""),
    ("FLAVORED RUM", "Flavored Rum", 2_100, ""),
    ("GRAPE SCHNAPPS", "Grape Schnapps", 1_500, ""),
    ("GREEN CREME DE MENTHE", "Crème de Menthe", 2_000, ""),
    ("IMPORTED AMARETTO", "Amaretto", 2_800, "Italy"),
    ("IMPORTED DRY GINS", "Gin", 4_000, ""),
    ("IMPORTED GRAPE BRANDIES", "Grape Brandy", 4_000, ""),
    ("IMPORTED SCHNAPPS", "Schnapps", 3_000, ""),
    ("IMPORTED VODKA", "Vodka", 4_000, ""),
    ("IMPORTED VODKA - MISC", "Flavored Vodka", 3_500, ""),
    ("IRISH WHISKIES", "Irish Whiskey", 4_000, "Ireland"),
    ("JAMAICA RUM", "Rum", 4_000, "Jamaica"),
    ("LOW PROOF VODKA", "Vodka", 3_000, ""),
    ("MISC. AMERICAN CORDIALS & LIQUEURS", "Liqueur", 2_500, "United States"),
    ("MISC. IMPORTED CORDIALS & LIQUEURS", "Liqueur", 2_800, ""),
    ("MISCELLANEOUS  BRANDIES", "Brandy", 3_500, ""),
    ("MISCELLANEOUS SCHNAPPS", "Schnapps", 1_500, ""),
    ("OTHER PROOF VODKA", "Vodka", 4_500, ""),
    ("PEACH BRANDIES", "Peach Brandy", 3_500, ""),
    ("PEACH SCHNAPPS", "Peach Schnapps", 1_500, ""),
    ("PEPPERMINT SCHNAPPS", "Peppermint Schnapps", 2_500, ""),
    ("PUERTO RICO & VIRGIN ISLANDS RUM", "Rum", 4_000, ""),
    ("RASPBERRY SCHNAPPS", "Raspberry Schnapps", 1_500, ""),
    ("ROCK & RYE", "Rock and Rye", 2_700, "United States"),
    ("ROOT BEER SCHNAPPS", "Root Beer Schnapps", 1_500, ""),
    ("SCHNAPPS - IMPORTED", "Schnapps", 3_000, ""),
    ("SCOTCH WHISKIES", "Scotch Whisky", 4_000, "United Kingdom"),
    ("SINGLE BARREL BOURBON WHISKIES", "Single Barrel Bourbon", 4_500, "United States"),
    ("SINGLE MALT SCOTCH", "Single Malt Scotch", 4_300, "United Kingdom"),
    ("SPEARMINT SCHNAPPS", "Spearmint Schnapps", 2_500, ""),
    ("SPICED RUM", "Spiced Rum", 3_500, ""),
    ("STRAIGHT BOURBON WHISKIES", "Bourbon", 4_000, "United States"),
    ("STRAIGHT RYE WHISKIES", "Rye Whiskey", 4_500, "United States"),
    ("STRAWBERRY SCHNAPPS", "Strawberry Schnapps", 1_500, ""),
    ("TENNESSEE WHISKIES", "Tennessee Whiskey", 4_000, "United States"),
    ("TEQUILA", "Tequila", 4_000, "Mexico"),
    ("TRIPLE SEC", "Triple Sec", 1_500, ""),
    ("TROPICAL FRUIT SCHNAPPS", "Tropical Schnapps", 1_500, ""),
    ("VODKA 80 PROOF", "Vodka", 4_000, "United States"),
    ("VODKA FLAVORED", "Flavored Vodka", 3_500, "United States"),
    ("WATERMELON SCHNAPPS", "Watermelon Schnapps", 1_500, ""),
    ("WHISKEY LIQUEUR", "Whiskey Liqueur", 3_500, ""),
    ("WHITE CREME DE CACAO", "Crème de Cacao", 2_000, ""),
    ("WHITE CREME DE MENTHE", "Crème de Menthe", 2_000, ""),
    ("", "Tequila", 4_000, "Mexico"),
];

/// The kind behind a state category, or none for a category that the table does not know.
pub(super) fn kind(state_category: &str) -> Option<Kind> {
    let row = KINDS.iter().find(|(known, ..)| *known == state_category)?;
    let &(_, style, abv_bps, country) = row;
    Some(Kind { style, abv_bps, country })
}

/// The strength that a cleaned name states: "80 Proof" is 40 %; a bare 100, 101 or leading 99 is a proof too.
pub(super) fn strength_in_name(name: &str) -> Option<u16> {
    let words: Vec<&str> = name.split([' ', ',']).collect();
    let proof = words.windows(2).find(|pair| pair[1] == "Proof").and_then(|pair| pair[0].parse::<u16>().ok());
    let bare = || words.iter().find(|word| matches!(**word, "100" | "101")).and_then(|word| word.parse().ok());
    let leading = || (words.first() == Some(&"99")).then_some(99);
    // Proof is twice the ABV in per cent: 50 basis points each.
    proof.or_else(bare).or_else(leading).filter(|proof| (20..=190).contains(proof)).map(|proof| proof * 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proof_is_read_from_names() {
        assert_eq!(strength_in_name("Smirnoff Vodka 80 Proof"), Some(4_000));
        assert_eq!(strength_in_name("Wild Turkey 101"), Some(5_050));
        assert_eq!(strength_in_name("Ice 101, Peppermint Schnapps"), Some(5_050));
        assert_eq!(strength_in_name("99 Bananas"), Some(4_950));
        assert_eq!(strength_in_name("Bacardi 151 Proof Rum"), Some(7_550));
        assert_eq!(strength_in_name("Licor 43"), None);
        assert_eq!(strength_in_name("Bulleit 95 Rye"), None);
    }
}
