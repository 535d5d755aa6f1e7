//! Spirits from the State of Iowa's sales records.
//!
//! Volume and price are the record's: the state's retail price of one bottle on 31 January 2012, in 2012's money. Two
//! rows without a price get the median price per litre of their category. Sleeves of minis, and packs of four, are
//! split into their units.
//!
//! Left out: counter displays and other packs over 1,750 ml, which are not sold to a customer, and rows whose price per
//! litre is more than four times that of another size under the same name (one row holds the price of a case).

use std::collections::HashMap;

use serde::Deserialize;

use super::spirit_kinds::{self, Kind};
use super::{CatalogueEntry, Category, Container, Source, rows, spirit_names};
use crate::money::price_point;

#[derive(Deserialize)]
struct Bottle {
    item_number: String,
    item_description: String,
    category_name: String,
    vendor_name: String,
    bottle_volume_ml: u32,
    state_bottle_retail: String,
    bottles_sold_2012_01_31: u32,
}

const LARGEST_RETAIL_ML: u32 = 1_750;
/// More than this many times the cheapest price per litre under one name is a mistake.
const CREDIBLE_RATIO: u32 = 4;

pub(super) fn entries() -> Vec<CatalogueEntry> {
    let mut bottles: Vec<Bottle> = rows(include_str!("../../../../data/catalogue/iowa_spirits_2012-01-31.csv"));
    bottles.retain(|bottle| bottle.bottle_volume_ml <= LARGEST_RETAIL_ML);
    let usual_rate = usual_rates(&bottles);
    let lowest_rate = lowest_rates(&bottles);
    let credible = |bottle: &&Bottle| {
        let lowest = lowest_rate.get(&spirit_names::clean(&bottle.item_description).name);
        rate(bottle).zip(lowest).is_none_or(|(rate, lowest)| rate <= lowest * CREDIBLE_RATIO)
    };
    let mut entries: Vec<CatalogueEntry> =
        bottles.iter().filter(credible).filter_map(|bottle| entry(bottle, &usual_rate)).collect();
    // Of equals the first survives merging: glass before plastic, then the longest-known item number.
    entries.sort_by_key(|entry| (entry.container != Container::Glass, entry.source_id.len(), entry.source_id.clone()));
    entries
}

fn entry(bottle: &Bottle, usual_rate: &HashMap<&str, u32>) -> Option<CatalogueEntry> {
    let kind = kind_of(bottle)?;
    let clean = spirit_names::clean(&bottle.item_description);
    let (units, volume_ml) = units_in(&bottle.item_description, bottle.bottle_volume_ml);
    let stated_price = cents(&bottle.state_bottle_retail);
    let derived_price = || {
        let rate = usual_rate.get(bottle.category_name.as_str()).copied().unwrap_or_default();
        price_point(rate * bottle.bottle_volume_ml / 1_000)
    };
    let maker = spirit_names::vendor(&bottle.vendor_name);
    Some(CatalogueEntry {
        id: Source::IowaLiquorSales.product_id(&bottle.item_number),
        source: Source::IowaLiquorSales,
        source_id: bottle.item_number.clone(),
        description: description(kind.style, &maker, units, volume_ml),
        abv_bps: spirit_kinds::strength_in_name(&clean.name).unwrap_or(kind.abv_bps),
        abv_estimated: true,
        name: clean.name,
        maker,
        category: Category::Spirits,
        style: kind.style.to_owned(),
        volume_ml,
        units_per_pack: units,
        container: if volume_ml <= 50 { Container::Plastic } else { clean.container },
        country: kind.country(),
        region: None,
        list_price_cents: stated_price.unwrap_or_else(derived_price),
        price_estimated: stated_price.is_none(),
        popularity: bottle.bottles_sold_2012_01_31,
    })
}

/// The kind by the state's category, which is absent or plainly wrong for a few items.
fn kind_of(bottle: &Bottle) -> Option<Kind> {
    spirit_kinds::kind(match bottle.item_number.as_str() {
        // Vodka: one with a shaker in the box, filed under cocktails, and one without a category.
        "2368" | "903838" => "IMPORTED VODKA",
        // Plain brandy, filed under apricot.
        "52314" => "AMERICAN GRAPE BRANDIES",
        _ => &bottle.category_name,
    })
}

/// How many units a record's "bottle" holds, and the volume of each in millilitres: a sleeve of minis and a four-pack
/// are one record.
fn units_in(description: &str, volume_ml: u32) -> (u16, u32) {
    let lower = description.to_lowercase();
    let unit_ml = if lower.contains("100ml") {
        100
    } else if lower.contains("mini") {
        // Test tubes come as 15 × 25 ml; every other mini has 50 ml.
        if volume_ml == 375 { 25 } else { 50 }
    } else if lower.contains("4 pack") {
        return (4, volume_ml);
    } else if volume_ml == 800 {
        200
    } else {
        return (1, volume_ml);
    };
    (u16::try_from(volume_ml / unit_ml).unwrap_or(1).max(1), unit_ml)
}

/// `7.69` or `13.0` as cents; none where the record has no price.
fn cents(decimal: &str) -> Option<u32> {
    let (dollars, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let fraction: u32 = format!("{fraction:0<2}").get(..2)?.parse().ok()?;
    Some(dollars.parse::<u32>().ok()? * 100 + fraction)
}

/// Cents per litre.
fn rate(bottle: &Bottle) -> Option<u32> {
    Some(cents(&bottle.state_bottle_retail)? * 1_000 / bottle.bottle_volume_ml)
}

fn usual_rates(bottles: &[Bottle]) -> HashMap<&str, u32> {
    let mut rates: HashMap<&str, Vec<u32>> = HashMap::new();
    for bottle in bottles {
        rates.entry(&bottle.category_name).or_default().extend(rate(bottle));
    }
    rates.retain(|_, values| !values.is_empty());
    let median = |mut values: Vec<u32>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    rates.into_iter().map(|(category, values)| (category, median(values))).collect()
}

fn lowest_rates(bottles: &[Bottle]) -> HashMap<String, u32> {
    let mut lowest = HashMap::new();
    for bottle in bottles {
        if let Some(rate) = rate(bottle) {
            let known = lowest.entry(spirit_names::clean(&bottle.item_description).name).or_insert(rate);
            *known = rate.min(*known);
        }
    }
    lowest
}

fn description(style: &str, maker: &str, units: u16, volume_ml: u32) -> String {
    let pack = if units > 1 { format!(" A pack of {units} bottles of {volume_ml} ml.") } else { String::new() };
    format!("{style}, supplied by {}.{pack}", maker.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_without_floats() {
        assert_eq!(cents("7.69"), Some(769));
        assert_eq!(cents("13.0"), Some(1_300));
        assert_eq!(cents("13"), Some(1_300));
        assert_eq!(cents(""), None);
    }

    #[test]
    fn minis_and_packs_are_split() {
        assert_eq!(units_in("Jim Beam Mini", 500), (10, 50));
        assert_eq!(units_in("Uv Blue Raspberry Minis", 502), (10, 50));
        assert_eq!(units_in("Tooters Apple-Tini Mini", 375), (15, 25));
        assert_eq!(units_in("Hennessy Vs Cognac 100ml", 1_200), (12, 100));
        assert_eq!(units_in("Purple Passion 4 Pack", 200), (4, 200));
        assert_eq!(units_in("Salvador's Margarita 4pak", 800), (4, 200));
        assert_eq!(units_in("Jim Beam", 750), (1, 750));
    }
}
