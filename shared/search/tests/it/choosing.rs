//! Filters, facets, sorting, and the business's and the customer's say.

use std::collections::HashMap;

use crate::shop::{Shop, entry, id, shop, store};
use sipstr_domain::catalog::Category;
use sipstr_search::{
    Affinity, Boost, Facet, FacetValue, Filters, Offer, Query, QueryError, Range, Shelf, Snapshot, Sort, Synonyms,
    Target,
};

fn filtered(filters: Filters) -> Query {
    Query { filters, ..Query::default() }
}

#[test]
fn filters_hold_together_and_values_are_alternatives() {
    let shop = Shop::open();
    let names = |filters: Filters| {
        let page = shop.ask(&filtered(filters));
        let mut names: Vec<String> = shop.names(&page).into_iter().map(str::to_owned).collect();
        names.sort();
        names
    };
    let scotland = Filters { countries: vec!["Scotland".into()], ..Filters::default() };
    assert_eq!(names(scotland.clone()), ["Lagavulin 16", "Punk IPA"]);
    assert_eq!(names(Filters { categories: vec![Category::Beer], ..scotland.clone() }), ["Punk IPA"]);
    assert_eq!(names(Filters { stores: vec![store("north")], ..scotland.clone() }), ["Lagavulin 16"]);
    assert_eq!(names(Filters { abv: Range { min: Some(4_000), max: None }, ..scotland }), ["Lagavulin 16"]);
    assert_eq!(
        names(Filters { styles: vec!["Rosé".into(), "White".into()], ..Filters::default() }),
        ["Rosé of Pinot Noir", "Sancerre", "Whispering Angel"]
    );
    assert_eq!(names(Filters { price: Range { min: Some(999), max: Some(1_099) }, ..Filters::default() }).len(), 2);
    assert_eq!(names(Filters { tags: vec!["local".into()], ..Filters::default() }), ["Pale Ale"]);
    assert!(names(Filters { makers: vec!["Nobody".into()], ..Filters::default() }).is_empty());
}

#[test]
fn the_store_decides_price_stock_and_what_is_lawful() {
    let shop = Shop::open();
    let offer = |price, in_stock, lawful| Offer { price, in_stock, lawful };
    let shelf = Shelf::new(
        &shop.engine,
        [
            (id("Pale Ale", "Sierra Nevada"), offer(1_400, false, true)),
            (id("Torpedo IPA", "Sierra Nevada"), offer(900, true, true)),
            (id("Punk IPA", "BrewDog"), offer(800, true, false)),
            (id("Not in the catalogue yet", "Anybody"), offer(1, true, true)),
        ],
    );
    let ask = |query: &Query| shop.engine.search(query, &shelf).unwrap();

    let all = ask(&Query { sort: Sort::PriceAscending, ..Query::default() });
    assert_eq!(shop.names(&all), ["Torpedo IPA", "Pale Ale"], "what may not be sold is not shown");
    assert_eq!(all.hits[0].offer.price, 900);
    assert_eq!(shop.names(&ask(&Query::text("sierra")))[0], "Torpedo IPA", "sold out sinks");
    let in_stock = filtered(Filters { in_stock: true, ..Filters::default() });
    assert_eq!(shop.names(&ask(&in_stock)), ["Torpedo IPA"]);
    let cheap = filtered(Filters { price: Range { min: None, max: Some(1_000) }, ..Filters::default() });
    assert_eq!(shop.names(&ask(&cheap)), ["Torpedo IPA"]);
    let pinned = Query { pins: vec![id("Punk IPA", "BrewDog")], ..Query::default() };
    assert!(!shop.names(&ask(&pinned)).contains(&"Punk IPA"), "a pin is no licence");
}

#[test]
fn of_two_stores_the_cheaper_bottle_that_can_be_had_is_offered() {
    let shop = Shop::open();
    let gin = id("Gin", "Tanqueray");
    let offer = |price, in_stock, lawful| (gin.clone(), Offer { price, in_stock, lawful });
    let offers = [offer(2_000, false, true), offer(2_500, true, true), offer(2_400, true, true), offer(1, true, false)];
    let shelf = Shelf::new(&shop.engine, offers);
    assert_eq!(shop.engine.search(&Query::text("gin"), &shelf).unwrap().hits[0].offer.price, 2_400);
}

#[test]
fn a_shelf_of_another_snapshot_is_refused() {
    let old = Shop::open();
    let shelf = Shelf::new(&old.engine, []);
    let new = Snapshot::build(&shop(), &Synonyms::default(), 2, "later").unwrap();
    let new = sipstr_search::Engine::open(&new).unwrap();
    let refusal = QueryError::StaleShelf { shelf: 1, snapshot: 2 };
    assert_eq!(new.search(&Query::text("gin"), &shelf), Err(refusal.clone()));
    assert_eq!(new.suggest("gin", 3, &shelf), Err(refusal));
}

#[test]
fn a_facet_counts_what_its_own_filter_hides() {
    let shop = Shop::open();
    let query = Query {
        filters: Filters {
            categories: vec![Category::Wine],
            abv: Range { min: Some(1_300), max: None },
            ..Filters::default()
        },
        facets: vec![Facet::Category, Facet::Style, Facet::Abv(vec![1_000, 1_350])],
        ..Query::default()
    };
    let page = shop.ask(&query);
    let counts =
        |at: usize| page.facets[at].values.iter().map(|value| (value.value.clone(), value.count)).collect::<Vec<_>>();
    let text = |text: &str| FacetValue::Text(text.into());
    assert_eq!(counts(0), [(text("spirits"), 4), (text("wine"), 4)], "of every category, from 13 %");
    assert_eq!(counts(1), [(text("Red"), 3), (text("Rosé"), 1)], "of the wines only, from 13 %");
    let bands = [(None, Some(1_000), 0), (Some(1_000), Some(1_350), 3), (Some(1_350), None, 3)];
    assert_eq!(
        counts(2),
        bands.map(|(from, to, count)| (FacetValue::Band(from, to), count)),
        "of the wines, any strength"
    );
}

#[test]
fn sorting_does_what_it_says() {
    let shop = Shop::open();
    let first = |sort| {
        let page = shop.ask(&Query { sort, ..Query::default() });
        shop.names(&page)[0].to_owned()
    };
    assert_eq!(first(Sort::Popularity), "Pale Ale");
    assert_eq!(first(Sort::Name), "Buffalo Trace");
    assert_eq!(first(Sort::PriceAscending), "Drake's Hefeweizen");
    assert_eq!(first(Sort::PriceDescending), "Lagavulin 16");
    assert_eq!(first(Sort::AbvAscending), "Drake's Hefeweizen");
    assert_eq!(first(Sort::AbvDescending), "Gin");
}

#[test]
fn pages_follow_one_another_without_gap_or_repetition() {
    let shop = Shop::open();
    let whole = shop.ask(&Query { limit: 100, ..Query::default() });
    let mut walked = Vec::new();
    let mut offset = Some(0);
    while let Some(at) = offset {
        let page = shop.ask(&Query { limit: 4, offset: at, ..Query::default() });
        assert_eq!(page.total, whole.total);
        walked.extend(page.hits.iter().map(|hit| hit.id.clone()));
        offset = page.next_offset;
    }
    assert_eq!(walked, whole.hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>());
}

#[test]
fn boosts_lift_and_pins_lead() {
    let shop = Shop::open();
    let boost = |target, factor| Boost { target, factor };
    let lifted = Query { boosts: vec![boost(Target::Maker("BrewDog".into()), 3.0)], ..Query::text("ipa") };
    assert_eq!(shop.find("ipa")[0], "Torpedo IPA");
    assert_eq!(shop.names(&shop.ask(&lifted))[0], "Punk IPA");
    let lowered =
        Query { boosts: vec![boost(Target::Style("American-Style Pale Ale".into()), 0.01)], ..Query::text("sierra") };
    assert_eq!(shop.names(&shop.ask(&lowered)), ["Torpedo IPA", "Pale Ale"]);

    let pins = vec![id("Gin", "Tanqueray"), id("Torpedo IPA", "Sierra Nevada"), id("Gin", "Tanqueray")];
    let page = shop.ask(&Query { pins, explain: true, ..Query::text("sierra") });
    assert_eq!(shop.names(&page), ["Gin", "Torpedo IPA", "Pale Ale"], "in their order, once, found or not");
    assert_eq!(page.hits.iter().map(|hit| hit.pinned).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(page.total, 3);
}

#[test]
fn taste_reorders_the_first_hundred_and_no_more() {
    let mut entries: Vec<_> =
        (0..150).map(|n| entry(&format!("Lager {n:03}"), "Any", Category::Beer, "Lager")).collect();
    for (n, entry) in entries.iter_mut().enumerate() {
        entry.popularity = 1.0 - n as f32 / 150.0;
    }
    entries[60].product.maker = "Beloved".into();
    entries[120].product.maker = "Beloved".into();
    let shop = Shop::of(entries);
    let affinity = Affinity { makers: HashMap::from([("Beloved".into(), 1.0)]), ..Affinity::default() };
    let page = shop.ask(&Query { affinity: Some(affinity), limit: 100, explain: true, ..Query::text("lager") });
    assert_eq!(shop.names(&page)[0], "Lager 060");
    assert!(page.hits[0].explanation.as_ref().unwrap().factors.affinity > 1.9);
    assert!(!shop.names(&page).contains(&"Lager 120"), "it was not among the first hundred");
}
