//! Beer, cider and mead from the Open Beer Database.
//!
//! Left out: products marked as discontinued. ABV rule: 0.5 % to 33 % is believed (the strongest real one in the data
//! has 32 %); anything else is taken as unknown (0 means "not recorded", 37 is a gravity, 99.99 is a mistake) and
//! replaced by the median of the believed values of the same style if there are at least three, else by 5 %. Beers
//! without a style get the style that their name states, else "Beer".

use std::collections::HashMap;

use serde::Deserialize;

use super::countries::Country;
use super::{CatalogueEntry, Category, DESCRIPTION_LIMIT, Source, beer_format, rows};
use crate::text;

#[derive(Deserialize)]
struct Beer {
    id: String,
    brewery_id: String,
    name: String,
    style_id: String,
    abv: f64,
    descript: String,
}

#[derive(Deserialize)]
struct Brewery {
    id: String,
    name: String,
    city: String,
    state: String,
    country: String,
}

#[derive(Deserialize)]
struct Style {
    id: String,
    style_name: String,
}

/// A shorter text ("Delicious") tells less than the sentence made from style, maker and place.
const SHORTEST_OWN_DESCRIPTION: usize = 30;
const DEFAULT_ABV_BPS: u16 = 500;
const BELIEVED_ABV_BPS: std::ops::RangeInclusive<u16> = 50..=3_300;

/// Words of a name that tell a style, first match wins.
const STYLE_WORDS: [(&str, &str); 26] = [
    ("imperial stout", "American-Style Imperial Stout"),
    ("double ipa", "Imperial or Double India Pale Ale"),
    ("imperial ipa", "Imperial or Double India Pale Ale"),
    ("ipa", "American-Style India Pale Ale"),
    ("i.p.a", "American-Style India Pale Ale"),
    ("india pale", "American-Style India Pale Ale"),
    ("barleywine", "American-Style Barley Wine Ale"),
    ("barley wine", "American-Style Barley Wine Ale"),
    ("stout", "American-Style Stout"),
    ("porter", "Porter"),
    ("tripel", "Belgian-Style Tripel"),
    ("dubbel", "Belgian-Style Dubbel"),
    ("saison", "French & Belgian-Style Saison"),
    ("gueuze", "Belgian-Style Gueuze Lambic"),
    ("lambic", "Belgian-Style Lambic"),
    ("witbier", "Belgian-Style White"),
    ("hefeweizen", "South German-Style Hefeweizen"),
    ("kölsch", "German-Style Kolsch"),
    ("doppelbock", "German-Style Doppelbock"),
    ("oktoberfest", "German-Style Oktoberfest"),
    ("pale ale", "American-Style Pale Ale"),
    ("pils", "German-Style Pilsener"),
    ("brown ale", "American-Style Brown Ale"),
    ("wheat", "Light American Wheat Ale or Lager"),
    ("lager", "Lager"),
    ("ale", "Ale"),
];

pub(super) fn entries() -> Vec<CatalogueEntry> {
    let breweries: HashMap<String, Brewery> =
        rows::<Brewery>(include_str!("../../../../data/catalogue/openbeerdb_breweries.csv"))
            .into_iter()
            .map(|brewery| (brewery.id.clone(), brewery))
            .collect();
    let styles: HashMap<String, String> =
        rows::<Style>(include_str!("../../../../data/catalogue/openbeerdb_styles.csv"))
            .into_iter()
            .map(|style| (style.id, style.style_name))
            .collect();
    let beers: Vec<Beer> = rows(include_str!("../../../../data/catalogue/openbeerdb_beers.csv"));
    let usual_abv = UsualAbv::learn(&beers, &breweries, &styles);
    beers
        .iter()
        .filter(|beer| !beer.name.contains("(discontinued)"))
        .filter_map(|beer| Some(entry(beer, breweries.get(&beer.brewery_id)?, &styles, &usual_abv)))
        .collect()
}

fn entry(beer: &Beer, brewery: &Brewery, styles: &HashMap<String, String>, usual_abv: &UsualAbv) -> CatalogueEntry {
    let maker = text::line(&brewery.name);
    let name = product_name(&beer.name, &maker);
    let (category, style) = classify(beer, &name, &maker, styles);
    let stated_abv = believed_abv(beer.abv);
    let abv_bps = stated_abv.unwrap_or_else(|| usual_abv.of(&style));
    let country = Country::named(&brewery.country);
    let format = beer_format::format(&beer.id, category, &style, abv_bps, country);
    CatalogueEntry {
        id: Source::OpenBeerDb.product_id(&beer.id),
        source: Source::OpenBeerDb,
        source_id: beer.id.clone(),
        description: description(beer, brewery, category, &style, &maker),
        name,
        maker,
        category,
        abv_bps,
        abv_estimated: stated_abv.is_none(),
        volume_ml: format.volume_ml,
        units_per_pack: format.units,
        container: format.container,
        country,
        region: region(brewery),
        list_price_cents: beer_format::list_price(format, category, &style, abv_bps, country),
        price_estimated: true,
        popularity: 0,
        style,
    }
}

/// A name without a word in it (`#9`, `1664`) is prefixed with its maker's.
fn product_name(raw: &str, maker: &str) -> String {
    let name = text::title_case(&text::line(raw).replace('"', ""));
    let has_word = name.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 1);
    if has_word || name.contains('.') { name } else { format!("{maker} {name}") }
}

fn classify(beer: &Beer, name: &str, maker: &str, styles: &HashMap<String, String>) -> (Category, String) {
    let lower = name.to_lowercase();
    if has_word(&lower, "mead") {
        return (Category::Wine, "Mead".to_owned());
    }
    if has_word(&lower, "cider") || has_word(&maker.to_lowercase(), "cider") {
        return (Category::Cider, if has_word(&lower, "pear") { "Perry" } else { "Hard Cider" }.to_owned());
    }
    let named =
        || STYLE_WORDS.iter().find(|(words, _)| has_word(&lower, words)).map_or("Beer", |(_, style)| style).to_owned();
    (Category::Beer, styles.get(&beer.style_id).cloned().unwrap_or_else(named))
}

/// Whether `words` stand in `text` at word boundaries ("pils" also begins "pilsner").
fn has_word(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let open_ended = words == "pils";
        !before.is_some_and(char::is_alphabetic) && (open_ended || !after.is_some_and(char::is_alphabetic))
    })
}

/// The ABV in basis points if it can be true. The cast is exact enough: the value is bounded and rounded first.
fn believed_abv(percent: f64) -> Option<u16> {
    let bps = (percent * 100.0).round().clamp(0.0, f64::from(u16::MAX)) as u16;
    BELIEVED_ABV_BPS.contains(&bps).then_some(bps)
}

fn region(brewery: &Brewery) -> Option<String> {
    let state = text::line(&brewery.state);
    let full = match state.as_str() {
        "" => return None,
        "IL" => "Illinois",
        "KS" => "Kansas",
        "ME" => "Maine",
        "MO" => "Missouri",
        "NC" => "North Carolina",
        "NJ" => "New Jersey",
        "NY" => "New York",
        "OH" => "Ohio",
        "Or" => "Oregon",
        "WI" => "Wisconsin",
        full => full,
    };
    Some(full.to_owned())
}

fn description(beer: &Beer, brewery: &Brewery, category: Category, style: &str, maker: &str) -> String {
    let own = text::paragraph(&beer.descript, DESCRIPTION_LIMIT);
    if own.chars().count() >= SHORTEST_OWN_DESCRIPTION {
        return own;
    }
    let verb = if category == Category::Beer { "brewed" } else { "made" };
    let city = text::line(&brewery.city);
    let place: Vec<String> = [Some(city).filter(|c| !c.is_empty()), region(brewery)].into_iter().flatten().collect();
    let place = if place.is_empty() { String::new() } else { format!(" in {}", place.join(", ")) };
    format!("{style}, {verb} by {}{place}.", maker.trim_end_matches('.'))
}

/// The usual ABV of each style: the median of the believed values.
struct UsualAbv(HashMap<String, u16>);

impl UsualAbv {
    fn learn(beers: &[Beer], breweries: &HashMap<String, Brewery>, styles: &HashMap<String, String>) -> Self {
        let mut known: HashMap<String, Vec<u16>> = HashMap::new();
        for beer in beers {
            let maker = breweries.get(&beer.brewery_id).map_or("", |brewery| &brewery.name);
            let (_, style) = classify(beer, &text::line(&beer.name), maker, styles);
            known.entry(style).or_default().extend(believed_abv(beer.abv));
        }
        known.retain(|_, values| values.len() >= 3);
        let median = |mut values: Vec<u16>| {
            values.sort_unstable();
            values[values.len() / 2]
        };
        Self(known.into_iter().map(|(style, values)| (style, median(values))).collect())
    }

    fn of(&self, style: &str) -> u16 {
        self.0.get(style).copied().unwrap_or(DEFAULT_ABV_BPS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_strengths_are_not_believed() {
        assert_eq!(believed_abv(4.5), Some(450));
        assert_eq!(believed_abv(6.699_999_809_265_137), Some(670));
        assert_eq!(believed_abv(32.0), Some(3_200));
        for nonsense in [0.0, 0.1, 37.0, 99.99] {
            assert_eq!(believed_abv(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn words_are_whole_words() {
        assert!(has_word("brogen mead", "mead"));
        assert!(!has_word("brogen meadow pale ale", "mead"));
        assert!(has_word("some pilsner", "pils"));
        assert!(!has_word("pale", "ale"));
    }

    #[test]
    fn a_name_without_a_word_gets_its_makers() {
        assert_eq!(product_name("#9", "Magic Hat"), "Magic Hat #9");
        assert_eq!(product_name("V-12", "Victory Brewing"), "Victory Brewing V-12");
        assert_eq!(product_name("E.S.B.", "Diamond Knot"), "E.S.B.");
        assert_eq!(product_name("Stout \"To Be Named Later\"", "X"), "Stout To Be Named Later");
    }
}
