//! Wine from X-Wines.
//!
//! Every wine is one 750 ml bottle. What is over 24 % is not wine but a spirit (the data has one marc), as California's
//! law has it.
//!
//! **List price**, from what the source says of the wine: a base by country (in cents, [`base_price`]) + body (−200
//! very light, −100 light, +300 full, +500 very full) + 300 sparkling or 500 dessert and port; × 250 % for a classed
//! growth (Premier Cru, 1er Cru), else 200 % for a noted appellation ([`NOTED_APPELLATIONS`]), else 125 % for a
//! reserve; × a rating factor of 100 % at 3.5 stars and 20 points more or less for each star, between 80 % and 130 %;
//! moved to the nearest .49 or .99.

use std::collections::HashMap;

use serde::Deserialize;

use super::countries::Country;
use super::{CatalogueEntry, Category, Container, DESCRIPTION_LIMIT, Source, rows};
use crate::money::{percent_of, price_point};
use crate::text;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wine {
    #[serde(rename = "WineID")]
    id: String,
    #[serde(rename = "WineName")]
    name: String,
    #[serde(rename = "Type")]
    kind: String,
    grapes: String,
    harmonize: String,
    #[serde(rename = "ABV")]
    abv: f64,
    body: String,
    acidity: String,
    country: String,
    region_name: String,
    winery_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rating {
    #[serde(rename = "WineID")]
    wine: String,
    rating: f64,
}

const STRONGEST_WINE_BPS: u16 = 2_400;

const NOTED_APPELLATIONS: [&str; 11] = [
    "Amarone",
    "Barbaresco",
    "Barolo",
    "Chambolle-Musigny",
    "Gevrey-Chambertin",
    "Meursault",
    "Mount Veeder",
    "Nuits-S",
    "Pessac-Léognan",
    "Pommard",
    "Sauternes",
];

pub(super) fn entries() -> Vec<CatalogueEntry> {
    let ratings = mean_ratings(&rows(include_str!("../../../../data/catalogue/xwines_ratings.csv")));
    let wines: Vec<Wine> = rows(include_str!("../../../../data/catalogue/xwines_wines.csv"));
    wines.iter().map(|wine| entry(wine, ratings.get(&wine.id).copied())).collect()
}

fn entry(wine: &Wine, mean_rating: Option<u32>) -> CatalogueEntry {
    // Exact: the source gives one decimal and the test suite checks the range.
    let abv_bps = (wine.abv * 100.0).round() as u16;
    let is_wine = abv_bps <= STRONGEST_WINE_BPS;
    let region = text::line(&wine.region_name);
    CatalogueEntry {
        id: Source::XWines.product_id(&wine.id),
        source: Source::XWines,
        source_id: wine.id.clone(),
        name: text::line(&wine.name),
        maker: text::line(&wine.winery_name),
        category: if is_wine { Category::Wine } else { Category::Spirits },
        style: if is_wine { style(&wine.kind) } else { "Grape Brandy" }.to_owned(),
        abv_bps,
        abv_estimated: false,
        volume_ml: 750,
        units_per_pack: 1,
        container: Container::Glass,
        country: Country::named(&wine.country),
        // One region repeats its name in another script.
        region: Some(region.split(" (").next().unwrap_or(&region).to_owned()).filter(|name| !name.is_empty()),
        description: description(wine),
        list_price_cents: list_price(wine, mean_rating),
        price_estimated: true,
        popularity: 0,
    }
}

/// Mean rating in hundredths of a star by wine.
fn mean_ratings(ratings: &[Rating]) -> HashMap<String, u32> {
    let mut sums: HashMap<String, (u32, u32)> = HashMap::new();
    for rating in ratings {
        let (sum, count) = sums.entry(rating.wine.clone()).or_default();
        *sum += (rating.rating * 100.0).round() as u32;
        *count += 1;
    }
    sums.into_iter().map(|(wine, (sum, count))| (wine, sum / count)).collect()
}

fn style(kind: &str) -> &'static str {
    match kind {
        "Red" => "Red Wine",
        "White" => "White Wine",
        "Rosé" => "Rosé Wine",
        "Sparkling" => "Sparkling Wine",
        "Dessert/Port" => "Fortified Wine",
        _ => "Dessert Wine",
    }
}

fn list_price(wine: &Wine, mean_rating: Option<u32>) -> u32 {
    let body = match wine.body.as_str() {
        "Very light-bodied" => -200,
        "Light-bodied" => -100,
        "Full-bodied" => 300,
        "Very full-bodied" => 500,
        _ => 0,
    };
    let kind = match wine.kind.as_str() {
        "Sparkling" => 300,
        "Dessert" | "Dessert/Port" => 500,
        _ => 0,
    };
    let base = (base_price(&wine.country) + kind).saturating_add_signed(body);
    let label = format!("{} {}", wine.name, wine.region_name);
    let standing = if label.contains("1er Cru") || label.contains("Premier") {
        250
    } else if NOTED_APPELLATIONS.iter().any(|appellation| label.contains(appellation)) {
        200
    } else if ["Reserva", "Riserva", "Reserve", "Gran "].iter().any(|word| label.contains(word)) {
        125
    } else {
        100
    };
    let rating = mean_rating.map_or(100, |stars| (100 + stars / 5).saturating_sub(70).clamp(80, 130));
    price_point(percent_of(percent_of(base, standing), rating))
}

/// Cents for an ordinary bottle from the country.
fn base_price(country: &str) -> u32 {
    match country {
        "France" => 2_199,
        "Germany" | "United States" => 1_899,
        "Austria" | "Italy" => 1_799,
        "Canada" | "New Zealand" => 1_699,
        "Australia" | "Uruguay" => 1_599,
        "Brazil" | "Chile" | "Portugal" => 1_399,
        _ => 1_499,
    }
}

fn description(wine: &Wine) -> String {
    let origin = format!("{} from {}, {}", style(&wine.kind), text::line(&wine.region_name), wine.country);
    let grapes = list(&wine.grapes);
    let food = list(&wine.harmonize).to_lowercase();
    let taste = format!("{} with {} acidity", wine.body, wine.acidity.to_lowercase());
    text::paragraph(&format!("{origin}. {taste}. Grapes: {grapes}. Goes with {food}."), DESCRIPTION_LIMIT)
}

/// The items of a printed list (`['Merlot', "Nero d'Avola"]`), joined by commas.
fn list(printed: &str) -> String {
    let items = printed.trim_matches(['[', ']']).split(", ");
    items.map(|item| item.trim_matches(['\'', '"'])).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lists_are_read() {
        assert_eq!(list("['Merlot', \"Nero d'Avola\"]"), "Merlot, Nero d'Avola");
    }

    #[test]
    fn ratings_move_the_price_within_bounds() {
        let rating = |stars| Rating { wine: "a".to_owned(), rating: stars };
        assert_eq!(mean_ratings(&[rating(3.0), rating(4.5)]).get("a"), Some(&375));
    }
}
