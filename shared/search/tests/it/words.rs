//! What is typed, and what is found.

use crate::shop::{Shop, entry, id, shop};
use sipstr_domain::catalog::Category;
use sipstr_search::{How, ListPrices, Query, Relaxation, Suggested};

const REDS: [&str; 3] = ["Rose Hill Cabernet", "Shiraz", "Rosso di Montalcino"];

#[test]
fn rose_finds_rose_and_no_red() {
    let shop = Shop::open();
    for text in ["rosé", "Rosé", "ROSÉ", "rose", "rosé wine", "rosado", "rosé 750 ml", "rosé not red"] {
        for as_you_type in [false, true] {
            let page = shop.ask(&Query { as_you_type, ..Query::text(text) });
            let names = shop.names(&page);
            assert!(names.contains(&"Whispering Angel") && names.contains(&"Rosé of Pinot Noir"), "{text}: {names:?}");
            assert!(!names.iter().any(|name| REDS.contains(name)), "{text}: {names:?}");
        }
    }
    let pinned = Query { pins: vec![id("Shiraz", "Rosemount Estate")], ..Query::text("rosé") };
    assert!(!shop.names(&shop.ask(&pinned)).contains(&"Shiraz"), "not even a pin answers rosé with red");
}

#[test]
fn a_red_that_only_its_grape_betrays_is_a_red() {
    let wines = [("Rose Hill", "Cabernet Sauvignon"), ("Barefoot Rose", ""), ("Rose Cellars Merlot", "")];
    let shop = Shop::of(wines.map(|(name, style)| entry(name, "Any", Category::Wine, style)).to_vec());
    assert_eq!(shop.find("rosé"), ["Barefoot Rose"]);
    assert_eq!(shop.find("rose"), ["Barefoot Rose"]);
    let mut reds = shop.find("red wine");
    reds.sort_unstable();
    assert_eq!(reds, ["Rose Cellars Merlot", "Rose Hill"], "though nothing on them says red");
}

#[test]
fn rose_is_never_loosened_into_red() {
    let reds_only = shop().into_iter().filter(|entry| entry.product.style != "Rosé").collect();
    let shop = Shop::of(reds_only);
    for text in ["rosé", "rosé wine", "rosé cabernet hill", "rose wine"] {
        let names = shop.find(text);
        assert!(!names.iter().any(|name| REDS.contains(name)), "{text}: {names:?}");
    }
}

#[test]
fn whoever_types_a_whole_name_means_that_bottle() {
    assert_eq!(Shop::open().find("rose hill cabernet")[0], "Rose Hill Cabernet");
    assert_eq!(Shop::open().find("tequila rose")[0], "Tequila Rose Liqueur");
}

#[test]
fn accents_apostrophes_and_case_do_not_matter() {
    let shop = Shop::open();
    for text in ["chateau desclans", "CHÂTEAU D’ESCLANS", "esclans", "château"] {
        assert_eq!(shop.find(text), ["Whispering Angel"], "{text}");
    }
    for text in ["drakes", "drake's", "drake s", "drake"] {
        assert_eq!(shop.find(text)[0], "Drake's Hefeweizen", "{text}");
    }
}

#[test]
fn a_typing_error_is_forgiven_and_told() {
    let shop = Shop::open();
    for (text, name, meant) in [
        ("lagavuln", "Lagavulin 16", "lagavulin"),
        ("tanquaray", "Gin", "tanqueray"),
        ("geuuze", "Gueuze", "gueuze"),
        ("siera nevada", "Pale Ale", "sierra nevada"),
        ("brasseire cantilon", "Gueuze", "brasserie cantillon"),
    ] {
        let page = shop.ask(&Query::text(text));
        assert_eq!(shop.names(&page)[0], name, "{text}");
        assert_eq!(page.did_you_mean.as_deref(), Some(meant), "{text}");
    }
    assert_eq!(shop.ask(&Query::text("lagavulin")).did_you_mean, None);
}

#[test]
fn two_errors_are_forgiven_in_long_words_only() {
    let shop = Shop::open();
    assert_eq!(shop.find("hefewizzen"), ["Drake's Hefeweizen"]);
    assert!(shop.find("gxn").is_empty(), "of three letters, one error away lies everything");
    assert!(shop.find("pnuk").contains(&"Punk IPA"));
    assert!(shop.find("pxxk").is_empty());
}

#[test]
fn what_is_spelled_as_typed_comes_first() {
    let entries = vec![
        entry("Porter", "Nobody", Category::Beer, ""),
        entry("Portet", "Nobody", Category::Beer, ""),
        entry("The Old Town Brewery's Special Winter Porter", "Nobody", Category::Beer, ""),
    ];
    let shop = Shop::of(entries);
    assert_eq!(shop.find("porter"), ["Porter", "The Old Town Brewery's Special Winter Porter", "Portet"]);
}

#[test]
fn synonyms_count_but_less_than_the_word_itself() {
    let shop = Shop::open();
    assert_eq!(shop.find("bourbon whisky")[0], "Buffalo Trace");
    assert_eq!(shop.find("scotch whiskey"), ["Lagavulin 16"]);
    let india = entry("India Pale Ale", "Samuel Smith", Category::Beer, "");
    let both = Shop::of(vec![india, entry("Stone IPA", "Stone", Category::Beer, "")]);
    assert_eq!(both.find("ipa"), ["Stone IPA", "India Pale Ale"]);
    assert_eq!(both.find("india pale ale"), ["India Pale Ale", "Stone IPA"]);
    assert!(shop.find("india pale ale").contains(&"Punk IPA"));
    assert_eq!(shop.find("syrah"), ["Shiraz"]);
}

#[test]
fn a_beginning_is_enough_while_typing() {
    let shop = Shop::open();
    let typing = |text: &str| {
        let page = shop.ask(&Query { as_you_type: true, ..Query::text(text) });
        shop.names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(typing("lag"), ["Lagavulin 16"]);
    assert!(typing("sierra to").contains(&"Torpedo IPA".to_owned()));
    assert!(typing("gi").contains(&"Gin".to_owned()));
}

#[test]
fn an_empty_answer_is_rescued_and_says_so() {
    let shop = Shop::open();
    let page = shop.ask(&Query::text("punk sancerre ipa"));
    assert_eq!(page.relaxation, Some(Relaxation { matched: 2, of: 3 }));
    assert_eq!(shop.names(&page), ["Punk IPA"]);
    assert_eq!(shop.ask(&Query::text("punk ipa")).relaxation, None);
    let nothing = shop.ask(&Query::text("qqqq zzzz"));
    assert!(nothing.hits.is_empty() && nothing.relaxation.is_none());
}

#[test]
fn a_hit_says_why_it_is_there() {
    let shop = Shop::open();
    let page = shop.ask(&Query { explain: true, ..Query::text("siera pale ale") });
    let hit = &page.hits[0];
    let why = hit.explanation.as_ref().unwrap();
    assert_eq!(why.words[0].matched, "sierra");
    assert_eq!((why.words[0].how, why.words[0].field), (How::Typo(1), "maker"));
    assert_eq!((why.words[1].how, why.words[1].field), (How::Exact, "name"));
    assert!((why.score() - hit.score).abs() < 1e-3);
}

#[test]
fn suggestions_name_makers_styles_and_popular_products() {
    let shop = Shop::open();
    let suggest = |text: &str| shop.engine.suggest(text, 6, &ListPrices(&shop.engine)).unwrap();
    let found = suggest("sie");
    assert_eq!((found[0].text.as_str(), &found[0].of), ("Sierra Nevada", &Suggested::Maker));
    assert_eq!(found[1].text, "Pale Ale", "the most popular of the maker");
    assert!(suggest("ros").iter().any(|suggestion| suggestion.of == Suggested::Style && suggestion.text == "Rosé"));
    assert!(!suggest("rosé").iter().any(|suggestion| REDS.contains(&suggestion.text.as_str())));
    assert!(suggest("").is_empty());
}
