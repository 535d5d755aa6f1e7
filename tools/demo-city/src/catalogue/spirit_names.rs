//! Names of spirits as a shop writes them: the state's abbreviations spelled out, packaging words turned into a
//! container, brands in their own spelling.

use super::Container;
use crate::text::{capitalised, line};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct CleanName {
    pub name: String,
    pub container: Container,
}

/// Names that no word rule gets right.
const WHOLE_NAMES: [(&str, &str); 10] = [
    ("(ri)1 Rye", "(ri)1 Rye"),
    ("B&b D.o.m.", "B&B D.O.M."),
    ("Evan Williams Yr Str Bourbon", "Evan Williams Straight Bourbon"),
    ("Grey Goose With Shaker", "Grey Goose Vodka with Shaker"),
    ("E & J Vs", "E & J VS Brandy"),
    ("Mc Gregor's Scotch", "McGregor's Scotch"),
    ("Patron Tequila Silver", "Patrón Silver Tequila"),
    ("Patron Tequila Silver Mini", "Patrón Silver Tequila"),
    ("Titos Handmade Mini", "Tito's Handmade Vodka"),
    ("Titos Vodka", "Tito's Handmade Vodka"),
];

/// Packaging that means a plastic bottle.
const PLASTIC_WORDS: [&str; 7] = ["pet", "traveler", "travelers", "traveller", "flask", "(flask)", "convenience"];
/// Words about the pack or the state's own codes, which are no part of a name.
const PACKAGING_WORDS: [&str; 18] = [
    "100ml",
    "4pak",
    "6pak",
    "-",
    "dispenser",
    "dno",
    "(dno)",
    "dss",
    "ez",
    "flat",
    "(lv)",
    "mini",
    "minis",
    "(pr)",
    "round",
    "rtd",
    "rtp",
    "square",
];
const SMALL_WORDS: [&str; 6] = ["a", "by", "de", "in", "of", "with"];

const WORDS: [(&str, &str); 58] = [
    ("Anejo", "Añejo"),
    ("Anos", "Años"),
    ("Artisian", "Artisan"),
    ("Avion", "Avión"),
    ("Bailey's", "Baileys"),
    ("Barenjager", "Bärenjäger"),
    ("Bl", "Blended"),
    ("Bros", "Brothers"),
    ("Burnetts", "Burnett's"),
    ("Ciroc", "Cîroc"),
    ("Coganc", "Cognac"),
    ("Creme", "Crème"),
    ("Curacao", "Curaçao"),
    ("Daniels", "Daniel's"),
    ("Dekuyper", "DeKuyper"),
    ("Dewars", "Dewar's"),
    ("Dueces", "Deuces"),
    ("Flav", "Flavored"),
    ("Goldschlager", "Goldschläger"),
    ("Imp", "Imported"),
    ("Jagermeister", "Jägermeister"),
    ("Kahlua", "Kahlúa"),
    ("Kamikazi", "Kamikaze"),
    ("Ku", "KU"),
    ("Ky", "Kentucky"),
    ("L'orange", "L'Orange"),
    ("Lbl", "Label"),
    ("Macgregor", "MacGregor"),
    ("Mo", "Month"),
    ("O'clock", "O'Clock"),
    ("Patron", "Patrón"),
    ("Pina", "Piña"),
    ("Prf", "Proof"),
    ("Remy", "Rémy"),
    ("Rootbeer", "Root Beer"),
    ("Rumchata", "RumChata"),
    ("Seagrams", "Seagram's"),
    ("Skyy", "SKYY"),
    ("Str", "Straight"),
    ("Tgi", "TGI"),
    ("Tgif", "TGIF"),
    ("Titos", "Tito's"),
    ("Ty", "TY"),
    ("Uv", "UV"),
    ("V.o.", "V.O."),
    ("Vics", "Vic's"),
    ("Vs", "VS"),
    ("Vsop", "VSOP"),
    ("W/rum", "with Rum"),
    ("W/tequila", "with Tequila"),
    ("Whisky.", "Whisky"),
    ("Why", "Whiskey"),
    ("Why.", "Whiskey"),
    ("Xo", "XO"),
    ("Xr", "XR"),
    ("YR", "Year"),
    ("Yr", "Year"),
    ("yr", "Year"),
];

/// The state's vendors whose names are shouted, cut or padded.
const VENDORS: [(&str, &str); 15] = [
    ("Campari(skyy)", "Campari America"),
    ("Cedar Ridge Vineyards,LLC", "Cedar Ridge Vineyards"),
    ("E AND J GALLO WINERY", "E. & J. Gallo Winery"),
    ("Laird And Company", "Laird & Company"),
    ("Luxco-Cleveland", "Luxco"),
    ("Luxco-St Louis", "Luxco"),
    ("Mccormick Distilling Company", "McCormick Distilling Company"),
    ("Moet Hennessy USA, Inc.", "Moët Hennessy USA"),
    ("Park Street Imports-Berentzen", "Park Street Imports"),
    ("Park Street Imports-Voli", "Park Street Imports"),
    ("REMY COINTREAU USA         .", "Rémy Cointreau USA"),
    ("TY KU, LLC", "TY KU"),
    ("The Patron Spirits Company", "The Patrón Spirits Company"),
    ("W. J. Deutsch And Sons, Ltd.", "W. J. Deutsch & Sons"),
    ("WILLIAM GRANT AND SONS, INC.", "William Grant & Sons"),
];

/// The name to show, and the container that the packaging words told.
pub(super) fn clean(raw: &str) -> CleanName {
    let spaced = line(raw)
        .replace("-Round", " Round")
        .replace("-Square", " Square")
        .replace("Tequila(dno)", "Tequila")
        .replace(" 4 Pack", "")
        .replace("Blend Whiskey", "Blended Whiskey")
        .replace("Canadian Why", "Canadian Whisky")
        .replace(", Pet", " Pet")
        .replace("Ez Pack", "Flask")
        .replace("Convenience Pack", "Flask");
    let words = separate_alternatives(&spaced);
    let is_plastic = words.iter().any(|word| PLASTIC_WORDS.contains(&word.to_lowercase().as_str()));
    let container = match () {
        () if words.iter().any(|word| word == "Bag") => Container::Carton,
        () if is_plastic => Container::Plastic,
        () => Container::Glass,
    };
    if let Some((_, name)) = WHOLE_NAMES.iter().find(|(known, _)| *known == raw) {
        return CleanName { name: (*name).to_owned(), container };
    }
    let is_packaging = |word: &str| {
        let lower = word.to_lowercase();
        PLASTIC_WORDS.contains(&lower.as_str()) || PACKAGING_WORDS.contains(&lower.as_str()) || word == "HA"
    };
    let kept = words.iter().filter(|word| !is_packaging(word)).enumerate();
    let name = kept.map(|(at, word)| spelled(word, at == 0)).collect::<Vec<_>>().join(" ");
    CleanName { name, container }
}

/// The vendor's name as the vendor writes it, without its legal form.
pub(super) fn vendor(raw: &str) -> String {
    if let Some((_, name)) = VENDORS.iter().find(|(known, _)| *known == raw) {
        return (*name).to_owned();
    }
    let name = line(raw);
    let short = [", Inc.", " Inc.", " LLC", " Ltd.", " Ltd", " Co."].iter().find_map(|form| name.strip_suffix(form));
    short.unwrap_or(&name).trim_end_matches(',').to_owned()
}

/// Words of the name, with `Tequila/gold` taken apart (but not `W/tequila`).
fn separate_alternatives(name: &str) -> Vec<String> {
    let words = name.split(' ').flat_map(|word| match word.split_once('/') {
        Some((left, right)) if left.len() > 1 => vec![left.to_owned(), capitalised(right)],
        _ => vec![word.to_owned()],
    });
    words.collect()
}

fn spelled(word: &str, is_first: bool) -> String {
    if let Some((_, full)) = WORDS.iter().find(|(short, _)| *short == word) {
        return (*full).to_owned();
    }
    let lower = word.to_lowercase();
    if SMALL_WORDS.contains(&lower.as_str()) && !is_first {
        return lower;
    }
    // `12yr`, `100prf`: a number that swallowed its unit.
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    match (digits, word[digits..].to_lowercase().as_str()) {
        (1.., "yr") => return format!("{} Year", &word[..digits]),
        (1.., "prf") => return format!("{} Proof", &word[..digits]),
        _ => {}
    }
    if let Some(rest) = word.strip_prefix("Mc").filter(|rest| rest.starts_with(char::is_lowercase)) {
        return format!("Mc{}", capitalised(rest));
    }
    if let Some(inner) = word.strip_prefix('(') {
        return format!("({}", capitalised(inner));
    }
    capitalised(word.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(raw: &str) -> String {
        clean(raw).name
    }

    #[test]
    fn names_are_spelled_out() {
        assert_eq!(name("Jack Daniels Old #7 Black Lbl Mini"), "Jack Daniel's Old #7 Black Label");
        assert_eq!(name("Seagrams 7 Crown Bl Whiskey"), "Seagram's 7 Crown Blended Whiskey");
        assert_eq!(name("La Prima Tequila/gold"), "La Prima Tequila Gold");
        assert_eq!(name("Chi-Chi's Pina Colada W/rum"), "Chi-Chi's Piña Colada with Rum");
        assert_eq!(name("Uv Blue (raspberry) Vodka"), "UV Blue (Raspberry) Vodka");
        assert_eq!(name("Dr. Mcgillicuddy's Vanilla"), "Dr. McGillicuddy's Vanilla");
        assert_eq!(name("Weller Special Reserve Bourbon 7yr HA"), "Weller Special Reserve Bourbon 7 Year");
        assert_eq!(name("Jeremiah Weed 100prf Bourbon Liqueur"), "Jeremiah Weed 100 Proof Bourbon Liqueur");
        assert_eq!(name("Paramount Creme De Menthe/green"), "Paramount Crème de Menthe Green");
        assert_eq!(name("Arrow Creme de Cacao White"), "Arrow Crème de Cacao White");
        assert_eq!(name("Appleton Signature Blend"), "Appleton Signature Blend");
        assert_eq!(name("Courvoisier Vs Coganc"), "Courvoisier VS Cognac");
        assert_eq!(name("Three Olives \"dude\" Vodka"), "Three Olives Dude Vodka");
    }

    #[test]
    fn packaging_becomes_a_container() {
        let plastic = |name: &str| CleanName { name: name.to_owned(), container: Container::Plastic };
        assert_eq!(clean("Five O'clock PET Vodka"), plastic("Five O'Clock Vodka"));
        assert_eq!(clean("Gordon's Gin London Dry - Pet"), plastic("Gordon's Gin London Dry"));
        assert_eq!(clean("Phillips Vodka Ez Pack"), plastic("Phillips Vodka"));
        assert_eq!(clean("Malibu Rum Punch Cocktail In A Bag").container, Container::Carton);
        assert_eq!(clean("Christian Bros Brandy-Round").name, "Christian Brothers Brandy");
    }

    #[test]
    fn vendors_lose_noise() {
        assert_eq!(vendor("REMY COINTREAU USA         ."), "Rémy Cointreau USA");
        assert_eq!(vendor("Sazerac Co., Inc."), "Sazerac Co.");
        assert_eq!(vendor("Bacardi U.S.A., Inc."), "Bacardi U.S.A.");
    }
}
