use std::collections::HashSet;
use std::sync::LazyLock;

use demo_city::catalogue::DESCRIPTION_LIMIT;
use demo_city::{CatalogueEntry, Category, Container, Source, catalogue};

pub static CATALOGUE: LazyLock<Vec<CatalogueEntry>> = LazyLock::new(catalogue);

fn find(source: Source, source_id: &str) -> &'static CatalogueEntry {
    CATALOGUE.iter().find(|entry| entry.source == source && entry.source_id == source_id).expect("a known product")
}

fn count(matches: impl Fn(&CatalogueEntry) -> bool) -> usize {
    CATALOGUE.iter().filter(|entry| matches(entry)).count()
}

#[test]
fn the_catalogue_is_large_and_stable() {
    assert_eq!(CATALOGUE.len(), 7_100);
    assert_eq!(*CATALOGUE, catalogue());
    let sources = [Source::OpenBeerDb, Source::XWines, Source::IowaLiquorSales];
    assert_eq!(sources.map(|source| count(|entry| entry.source == source)), [5866, 100, 1134]);
    let categories = [Category::Beer, Category::Wine, Category::Spirits, Category::Cider];
    assert_eq!(categories.map(|category| count(|entry| entry.category == category)), [5851, 101, 1135, 13]);
}

#[test]
fn ids_are_unique_and_well_formed() {
    let ids: HashSet<&str> = CATALOGUE.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), CATALOGUE.len());
    for id in ids {
        let suffix = id.strip_prefix("prd_").expect("prefixed");
        assert_eq!(suffix.len(), 32, "{id}");
        assert!(suffix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
    }
}

#[test]
fn no_two_products_look_the_same() {
    let mut seen = HashSet::new();
    for entry in CATALOGUE.iter() {
        let pack = (entry.volume_ml, entry.units_per_pack);
        assert!(seen.insert((&entry.maker, entry.name.to_lowercase(), pack)), "{entry:?}");
    }
}

#[test]
fn every_value_is_in_range() {
    for entry in CATALOGUE.iter() {
        let abv = match entry.category {
            Category::Beer | Category::Cider => 50..=3_300,
            Category::Wine => 400..=2_400,
            Category::Spirits => 1_000..=9_500,
        };
        assert!(abv.contains(&entry.abv_bps), "{entry:?}");
        assert!((25..=1_750).contains(&entry.volume_ml), "{entry:?}");
        assert!((1..=24).contains(&entry.units_per_pack), "{entry:?}");
        assert!((100..=30_000).contains(&entry.list_price_cents), "{entry:?}");
        assert!((1..=80).contains(&entry.name.chars().count()), "{entry:?}");
        assert!((1..=80).contains(&entry.maker.chars().count()), "{entry:?}");
        assert!(!entry.style.is_empty(), "{entry:?}");
        assert!((3..=DESCRIPTION_LIMIT).contains(&entry.description.chars().count()), "{entry:?}");
    }
}

#[test]
fn text_is_clean() {
    for entry in CATALOGUE.iter() {
        let region = entry.region.as_deref().unwrap_or_default();
        for text in [&entry.name, &entry.maker, &entry.style, &entry.description, region] as [&str; 5] {
            assert_eq!(text, text.trim(), "{entry:?}");
            assert!(!text.contains("  ") && !text.contains(char::is_control), "{entry:?}");
            for misread in ["Ã", "Â", "â€", "\u{fffd}", "&amp;"] {
                assert!(!text.contains(misread), "{entry:?}");
            }
        }
    }
}

#[test]
fn every_beer_and_wine_has_a_country() {
    let homeless: Vec<_> =
        CATALOGUE.iter().filter(|e| e.source != Source::IowaLiquorSales && e.country.is_none()).collect();
    assert!(homeless.is_empty(), "{homeless:?}");
}

#[test]
fn spirits_keep_the_states_price() {
    let litre = find(Source::IowaLiquorSales, "26827");
    assert_eq!(litre.name, "Jack Daniel's Old #7 Black Label");
    assert_eq!((litre.volume_ml, litre.units_per_pack, litre.container), (1_000, 1, Container::Glass));
    assert_eq!((litre.style.as_str(), litre.abv_bps, litre.price_estimated), ("Tennessee Whiskey", 4_000, false));
    let unpriced = CATALOGUE.iter().filter(|entry| entry.category == Category::Spirits && entry.price_estimated);
    let unpriced: Vec<&str> = unpriced.map(|entry| entry.name.as_str()).collect();
    assert_eq!(unpriced, ["Marc d'Alsace Riesling", "Pearl Wedding Cake Vodka", "Tito's Handmade Vodka"]);
}

#[test]
fn packs_are_split_and_mistakes_are_left_out() {
    let minis = find(Source::IowaLiquorSales, "48101");
    assert_eq!((minis.name.as_str(), minis.units_per_pack, minis.volume_ml), ("Hennessy VS Cognac", 12, 50));
    // The price of a case as that of a sleeve, and a counter display.
    for left_out in ["42002", "64858"] {
        assert!(CATALOGUE.iter().all(|entry| entry.source_id != left_out || entry.source != Source::IowaLiquorSales));
    }
}

#[test]
fn beers_are_what_they_are() {
    let magic = find(Source::OpenBeerDb, "3776");
    assert_eq!((magic.name.as_str(), magic.region.as_deref()), ("Magic Hat #9", Some("Vermont")));
    let penguin = find(Source::OpenBeerDb, "5713");
    assert_eq!(
        (penguin.name.as_str(), penguin.abv_bps, penguin.abv_estimated),
        ("Tactical Nuclear Penguin", 3_200, false)
    );
    let cider = find(Source::OpenBeerDb, "4507");
    assert_eq!((cider.name.as_str(), cider.category, cider.abv_bps), ("Strongbow Cider", Category::Cider, 530));
    // 99.99 % and a gravity of 37 degrees: neither is believed.
    for nonsense in ["1859", "4317"] {
        let beer = find(Source::OpenBeerDb, nonsense);
        assert!(beer.abv_estimated && beer.abv_bps < 1_000, "{beer:?}");
    }
    assert!(CATALOGUE.iter().all(|entry| !entry.name.contains("discontinued")));
}

#[test]
fn wine_over_24_per_cent_is_a_spirit() {
    let marc = find(Source::XWines, "127658");
    assert_eq!((marc.category, marc.abv_bps), (Category::Spirits, 4_800));
    let sauternes = find(Source::XWines, "111478");
    assert_eq!((sauternes.maker.as_str(), sauternes.category), ("Château Suduiraut", Category::Wine));
    assert_eq!(sauternes.country.map(|country| country.code), Some("FR"));
}
