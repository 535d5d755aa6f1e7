//! The packs that beer and cider come in, and what a pack costs. The source has neither, so both are rules.
//!
//! **Pack.** Chosen by the beer's kind, and where shops really vary by a draw from its id: American lagers 12 × 355 ml
//! cans or 6 × 355 ml bottles; India pale ales 4 × 473 ml or 6 × 355 ml cans; Belgian and French styles one 750 ml
//! bottle or 4 × 330 ml bottles; other beers from 9 % one 650 ml bottle or 4 × 355 ml bottles; other imports 6 × 330 ml
//! bottles or 4 × 500 ml cans; everything else 6 × 355 ml bottles or cans, or 4 × 473 ml cans.
//!
//! **List price.** Litres of the pack × a rate per litre × a pack factor, moved to the nearest .49 or .99. The rate in
//! cents a litre is 480 (American lager 400, mead 900), plus 80 if imported, 200 for a Belgian or French style, 120 for an
//! India pale ale, 45 for each per cent of ABV over 4.5, and 100 from 8 % on; over 15 % it is tripled. The pack factor is
//! 160 % for a single bottle, 120 % for four, 100 % for six, 85 % for twelve.

use super::{Category, Container, Country};
use crate::draw::draw;
use crate::money::price_point;

#[derive(Clone, Copy)]
pub(super) struct Format {
    pub volume_ml: u32,
    pub units: u16,
    pub container: Container,
}

const fn pack(units: u16, volume_ml: u32, container: Container) -> Format {
    Format { volume_ml, units, container }
}

const AMERICAN_LAGER: [Format; 2] = [pack(12, 355, Container::Can), pack(6, 355, Container::Glass)];
const INDIA_PALE_ALE: [Format; 3] =
    [pack(4, 473, Container::Can), pack(4, 473, Container::Can), pack(6, 355, Container::Can)];
const BELGIAN: [Format; 2] = [pack(1, 750, Container::Glass), pack(4, 330, Container::Glass)];
const STRONG: [Format; 2] = [pack(1, 650, Container::Glass), pack(4, 355, Container::Glass)];
const IMPORTED: [Format; 3] =
    [pack(6, 330, Container::Glass), pack(6, 330, Container::Glass), pack(4, 500, Container::Can)];
const ORDINARY: [Format; 5] = [
    pack(6, 355, Container::Glass),
    pack(6, 355, Container::Glass),
    pack(6, 355, Container::Can),
    pack(6, 355, Container::Can),
    pack(4, 473, Container::Can),
];
const MEAD: [Format; 1] = [pack(1, 750, Container::Glass)];

pub(super) fn format(
    source_id: &str,
    category: Category,
    style: &str,
    abv_bps: u16,
    country: Option<Country>,
) -> Format {
    let choices: &[Format] = if category == Category::Wine {
        &MEAD
    } else if is_american_lager(style) {
        &AMERICAN_LAGER
    } else if is_belgian(style) {
        &BELGIAN
    } else if abv_bps >= 900 {
        &STRONG
    } else if is_imported(country) {
        &IMPORTED
    } else if is_india_pale_ale(style) {
        &INDIA_PALE_ALE
    } else {
        &ORDINARY
    };
    let count = u32::try_from(choices.len()).unwrap_or(1);
    choices[draw("beer pack", source_id, count) as usize]
}

pub(super) fn list_price(
    format: Format,
    category: Category,
    style: &str,
    abv_bps: u16,
    country: Option<Country>,
) -> u32 {
    let mut rate = match category {
        Category::Wine => 900,
        _ if is_american_lager(style) => 400,
        _ => 480,
    };
    let surcharges =
        [(is_imported(country), 80), (is_belgian(style), 200), (is_india_pale_ale(style), 120), (abv_bps >= 800, 100)];
    rate += surcharges.iter().filter(|(applies, _)| *applies).map(|(_, cents)| cents).sum::<u32>();
    rate += u32::from(abv_bps).saturating_sub(450) * 45 / 100;
    if abv_bps > 1_500 {
        rate *= 3;
    }
    let factor = match format.units {
        1 => 160,
        4 => 120,
        12 => 85,
        _ => 100,
    };
    let volume_ml = format.volume_ml * u32::from(format.units);
    price_point(rate * volume_ml / 1_000 * factor / 100)
}

fn is_american_lager(style: &str) -> bool {
    style.starts_with("American-Style") && (style.ends_with("Lager") || style.ends_with("Malt Liquor"))
}

fn is_india_pale_ale(style: &str) -> bool {
    style.contains("India Pale") || style.contains("India Black")
}

fn is_belgian(style: &str) -> bool {
    style.contains("Belgian-Style") || style.contains("French-Style")
}

fn is_imported(country: Option<Country>) -> bool {
    country.is_some_and(|country| country.code != "US")
}
