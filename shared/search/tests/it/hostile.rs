//! Nobody's question brings the search down: it is answered within bounds, or refused by name.

use std::sync::LazyLock;

use crate::shop::{Shop, id, store};
use proptest::prelude::*;
use sipstr_domain::catalog::Category;
use sipstr_search::{
    Boost, Facet, Filters, ListPrices, MAX_LIMIT, MAX_OFFSET, MAX_TEXT, MAX_WORDS, Query, QueryError, Range, Sort,
    Target,
};

static SHOP: LazyLock<Shop> = LazyLock::new(Shop::open);

#[test]
fn ten_thousand_characters_are_refused_by_name() {
    let shop = Shop::open();
    for piece in ["a", "é", "ale ", "a\u{301}", "漢", "🍷", " ", "'"] {
        let text = piece.repeat(10_000 / piece.chars().count());
        let found = text.chars().count();
        let refusal = Err(QueryError::TextTooLong { found, max: MAX_TEXT });
        assert_eq!(shop.engine.search(&Query::text(text.clone()), &ListPrices(&shop.engine)), refusal, "{piece}");
        assert!(shop.engine.suggest(&text, 5, &ListPrices(&shop.engine)).is_err());
    }
}

#[test]
fn the_longest_text_is_answered_with_its_first_words() {
    let page = SHOP.ask(&Query::text("ab ".repeat(MAX_TEXT / 3)));
    assert_eq!(page.ignored_words, MAX_TEXT / 3 - MAX_WORDS);
    for piece in ["a", "ﷺ", "½", "ale", "\u{301}", "ß"] {
        SHOP.ask(&Query { as_you_type: true, ..Query::text(piece.repeat(MAX_TEXT / piece.chars().count())) });
    }
}

#[test]
fn what_a_request_may_not_say_is_refused() {
    let refused = |query: Query| SHOP.engine.search(&query, &ListPrices(&SHOP.engine)).unwrap_err();
    assert_eq!(refused(Query { limit: 0, ..Query::default() }), QueryError::Limit { max: MAX_LIMIT });
    assert_eq!(refused(Query { limit: 101, ..Query::default() }), QueryError::Limit { max: MAX_LIMIT });
    assert_eq!(refused(Query { offset: 10_001, ..Query::default() }), QueryError::Offset { max: MAX_OFFSET });
    for factor in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let boost = Boost { target: Target::Tag("x".into()), factor };
        assert_eq!(refused(Query { boosts: vec![boost], ..Query::default() }), QueryError::BoostFactor);
    }
    assert_eq!(refused(Query { facets: vec![Facet::Price(vec![2, 2])], ..Query::default() }), QueryError::Bounds);
    let pins = vec![id("Gin", "Tanqueray"); 201];
    assert!(matches!(refused(Query { pins, ..Query::default() }), QueryError::TooMany { what: "pins", .. }));
}

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(vec!["rosé", "rose", "sierra", "pale", "ale", "ipa", "lagavulin", "wine", "750", "ml", "d'Esclans"])
            .prop_map(str::to_owned),
        2 => "[a-zéøß']{1,12}",
        1 => "\\PC{0,20}",
    ];
    prop_oneof![
        6 => prop::collection::vec(word, 0..16).prop_map(|words| words.join(" ")),
        1 => ".{0,400}",
        1 => prop::collection::vec(any::<char>(), 0..12_000).prop_map(String::from_iter),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    let sort = prop::sample::select(vec![
        Sort::Relevance,
        Sort::Popularity,
        Sort::Name,
        Sort::PriceDescending,
        Sort::AbvAscending,
    ]);
    let filters = (any::<Option<i64>>(), any::<Option<u16>>(), any::<bool>(), any::<bool>()).prop_map(
        |(price, abv, in_stock, north)| Filters {
            price: Range { min: price, max: None },
            abv: Range { min: None, max: abv },
            in_stock,
            stores: if north { vec![store("north")] } else { Vec::new() },
            ..Filters::default()
        },
    );
    let facets =
        vec![Facet::Category, Facet::Maker, Facet::Tag, Facet::Price(vec![i64::MIN, 0, i64::MAX]), Facet::Abv(vec![])];
    (text(), any::<bool>(), sort, filters, 0..200_usize, 0..20_000_usize, any::<f32>(), 0..5_usize).prop_map(
        move |(text, as_you_type, sort, filters, limit, offset, factor, suggestions)| Query {
            text,
            as_you_type,
            filters,
            sort,
            limit,
            offset: if offset < 10_000 { offset / 500 } else { offset },
            facets: facets.clone(),
            boosts: vec![Boost { target: Target::Category(Category::Wine), factor: factor.abs().clamp(0.005, 200.0) }],
            pins: vec![id("Gin", "Tanqueray"), id("no", "such")],
            affinity: None,
            suggestions,
            explain: true,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_question_is_answered_within_bounds_or_refused(query in query()) {
        let Ok(page) = SHOP.engine.search(&query, &ListPrices(&SHOP.engine)) else { return Ok(()) };
        prop_assert!(query.text.chars().count() <= MAX_TEXT);
        prop_assert!(page.hits.len() <= query.limit && page.total <= SHOP.engine.products());
        prop_assert!(page.suggestions.len() <= query.suggestions);
        for hit in &page.hits {
            prop_assert!(hit.score.is_finite() && hit.score > 0.0);
            let why = hit.explanation.as_ref().unwrap().score();
            prop_assert!((why - hit.score).abs() <= hit.score * 1e-3, "explained as {why}, scored {}", hit.score);
            prop_assert!(query.filters.price.contains(hit.offer.price));
        }
        let again = SHOP.engine.search(&query, &ListPrices(&SHOP.engine));
        prop_assert_eq!(again, Ok(page), "the same question has the same answer");
    }

    #[test]
    fn an_accented_rose_never_finds_a_red(before in "[a-z ]{0,12}", after in "[a-z ]{0,12}", as_you_type: bool) {
        let query = Query { as_you_type, limit: 100, ..Query::text(format!("{before} rosé {after}")) };
        for hit in SHOP.ask(&query).hits {
            prop_assert!(!["Rose Hill Cabernet", "Shiraz", "Rosso di Montalcino"].contains(&SHOP.name(&hit.id)));
        }
    }
}
