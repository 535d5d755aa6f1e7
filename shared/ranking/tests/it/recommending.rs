//! Recommendations: from baskets, with reasons, within the rules.

use proptest::prelude::*;
use sipstr_domain::ProductId;
use sipstr_ranking::{Baskets, EaseSettings, FORMAT_VERSION, Neighbours, RankingError, Rules, Together, cosine, ease};

use crate::id;

fn baskets(lists: &[&[&str]]) -> Baskets {
    Baskets::new(lists.iter().map(|list| list.iter().map(|name| id(name)).collect::<Vec<_>>())).unwrap()
}

/// Tonic goes with gin, lime with both, and everybody takes ice.
fn evenings() -> Baskets {
    let mut lists: Vec<&[&str]> = Vec::new();
    for _ in 0..30 {
        lists.extend([
            &["gin", "tonic", "lime", "ice"][..],
            &["gin", "tonic"],
            &["stout", "crisps", "ice"],
            &["stout", "ice"],
        ]);
    }
    lists.extend([&["gin", "stout"][..], &["tonic"], &["lime", "ice"]]);
    baskets(&lists)
}

fn model() -> Neighbours {
    ease(&evenings(), &EaseSettings { lambda: 5.0, keep: 3 }).unwrap()
}

fn names(products: impl IntoIterator<Item = ProductId>) -> Vec<&'static str> {
    let all = ["gin", "tonic", "lime", "ice", "stout", "crisps"];
    products.into_iter().map(|product| *all.iter().find(|name| id(name) == product).unwrap()).collect()
}

#[test]
fn tonic_is_recommended_for_gin_and_says_why() {
    let picks = model().for_basket(&[id("gin")], 3, &Rules::NONE);
    assert_eq!(picks[0].product, id("tonic"));
    assert_eq!(picks[0].because[0].product, id("gin"));
    let sum: f32 = picks[0].because.iter().map(|reason| reason.weight).sum();
    assert!((sum - picks[0].score).abs() < 1e-6);
    assert!(!picks.iter().any(|pick| pick.product == id("gin")), "what lies in the basket is not recommended");
}

#[test]
fn the_closed_form_is_the_closed_form() {
    // Two products, in n baskets each and c together: P = G⁻¹ gives B₁₂ = c / (n₁ + λ).
    let two = baskets(&[&["a", "b"], &["a", "b"], &["a"], &["b", "z"], &["z"], &["a", "b"]]);
    for keep in [2, 50] {
        let model = ease(&two.most_bought(2), &EaseSettings { lambda: 2.0, keep }).unwrap();
        assert!((model.weight(&id("a"), &id("b")) - 3.0 / 6.0).abs() < 1e-4, "3 together, 4 with a, λ 2");
    }
    let model = ease(&two.most_bought(2), &EaseSettings { lambda: 2.0, keep: 2 }).unwrap();
    assert_eq!(model.weight(&id("a"), &id("a")), 0.0, "nothing speaks for itself");
    assert_eq!(model.weight(&id("a"), &id("z")), 0.0, "what was left out is not known");
}

#[test]
fn a_dozen_bottles_count_as_one() {
    let once = baskets(&[&["gin", "tonic"], &["gin", "lime"]]);
    let dozen = baskets(&[&["gin", "tonic", "tonic", "tonic", "tonic"], &["gin", "lime"]]);
    let settings = EaseSettings { lambda: 1.0, keep: 5 };
    assert_eq!(ease(&once, &settings).unwrap(), ease(&dozen, &settings).unwrap());
    let twice = [id("gin"), id("gin")];
    assert_eq!(model().for_basket(&twice, 3, &Rules::NONE), model().for_basket(&twice[..1], 3, &Rules::NONE));
}

#[test]
fn what_is_out_of_stock_leaves_its_place_to_the_next() {
    let rules = Rules { eligible: &|product| *product != id("tonic"), ..Rules::NONE };
    let picks = model().for_basket(&[id("gin")], 1, &rules);
    assert_eq!(names(picks.into_iter().map(|pick| pick.product)), ["lime"]);
}

#[test]
fn a_brand_has_its_cap() {
    let of_one_house = |product: &ProductId| (*product != id("ice")).then(|| "house".to_owned());
    let rules = Rules { brand: &of_one_house, brand_cap: 1, ..Rules::NONE };
    let picks = cosine(&evenings()).for_basket(&[id("gin")], 5, &rules);
    assert_eq!(names(picks.into_iter().map(|pick| pick.product)), ["tonic", "ice"]);
}

#[test]
fn personal_picks_follow_what_weighs_more() {
    let model = model();
    let first = |gin: f32, stout: f32| {
        let known = [(id("gin"), gin), (id("stout"), stout)];
        let picks = model.for_taste(known.iter().map(|(product, weight)| (product, *weight)), 1, &Rules::NONE);
        names(picks.into_iter().map(|pick| pick.product))
    };
    assert_eq!(first(1.0, 0.1), ["tonic"]);
    assert_ne!(first(0.1, 1.0), ["tonic"]);
    assert!(first(f32::NAN, -1.0).is_empty());
}

#[test]
fn together_is_told_in_baskets() {
    let together = Together::new(evenings());
    let found = together.with(&id("gin"), 5, 10, &Rules::NONE);
    assert_eq!(found[0].product, id("tonic"));
    assert_eq!(found[0].baskets, 60);
    assert!((found[0].share - 60.0 / 61.0).abs() < 1e-12);
    assert!((found[0].lift - 60.0 * 123.0 / (61.0 * 61.0)).abs() < 1e-12);
    assert!(!found.iter().any(|other| other.product == id("stout")), "once is no habit");
    assert!(together.with(&id("nobody bought it"), 1, 10, &Rules::NONE).is_empty());
    let rules = Rules { eligible: &|product| *product == id("ice"), ..Rules::NONE };
    assert_eq!(together.with(&id("gin"), 1, 10, &rules).len(), 1);
}

#[test]
fn a_model_comes_back_as_it_was_kept() {
    let model = model();
    let bytes = model.to_bytes();
    assert_eq!(Neighbours::from_bytes(&bytes), Ok(model));
    for end in 0..bytes.len() {
        assert_eq!(Neighbours::from_bytes(&bytes[..end]), Err(RankingError::Format), "cut short at {end}");
    }
    let mut later = bytes.clone();
    later[4] = 9;
    assert_eq!(Neighbours::from_bytes(&later), Err(RankingError::Version { found: 9, expected: FORMAT_VERSION }));
    assert_eq!(Neighbours::from_bytes(&[bytes, vec![0]].concat()), Err(RankingError::Format));
}

#[test]
fn nonsense_is_refused_and_nothing_comes_of_nothing() {
    for lambda in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(ease(&evenings(), &EaseSettings { lambda, keep: 5 }), Err(RankingError::Setting(_))));
    }
    assert!(ease(&evenings(), &EaseSettings { lambda: 1.0, keep: 0 }).is_err());
    for lists in [&[][..], &[&[][..]], &[&["alone"][..]]] {
        let model = ease(&baskets(lists), &EaseSettings::default()).unwrap();
        assert!(model.for_basket(&[id("alone")], 5, &Rules::NONE).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_baskets_make_a_model_that_keeps_the_rules(
        lists in prop::collection::vec(prop::collection::vec(0..20_u8, 0..8), 0..30),
        basket in prop::collection::vec(0..24_u8, 0..6),
        keep in 1..25_usize,
        cap in 1..3_usize,
    ) {
        let named = |name: &u8| id(&format!("p{name}"));
        let baskets = Baskets::new(lists.iter().map(|list| list.iter().map(named).collect::<Vec<_>>())).unwrap();
        let settings = EaseSettings { lambda: 3.0, keep };
        let model = ease(&baskets, &settings).unwrap();
        prop_assert_eq!(&model, &ease(&baskets, &settings).unwrap(), "the same baskets, the same model");
        prop_assert_eq!(&Neighbours::from_bytes(&model.to_bytes()).unwrap(), &model);

        let brand = |product: &ProductId| Some((product.suffix().as_bytes()[0] % 3).to_string());
        let eligible = |product: &ProductId| !product.suffix().as_bytes()[1].is_multiple_of(4);
        let rules = Rules { eligible: &eligible, brand: &brand, brand_cap: cap };
        let basket: Vec<ProductId> = basket.iter().map(named).collect();
        let picks = model.for_basket(&basket, 10, &rules);
        prop_assert!(picks.iter().all(|pick| pick.score > 0.0 && eligible(&pick.product) && !basket.contains(&pick.product)));
        prop_assert!(picks.windows(2).all(|pair| pair[0].score >= pair[1].score));
        for pick in &picks {
            prop_assert!(!pick.because.is_empty() && pick.because.iter().all(|reason| basket.contains(&reason.product)));
            prop_assert!(picks.iter().filter(|other| brand(&other.product) == brand(&pick.product)).count() <= cap);
        }
    }

    #[test]
    fn no_bytes_bring_it_down(mut bytes in prop::collection::vec(any::<u8>(), 0..200), place in 0..400_usize, value: u8) {
        let _ = Neighbours::from_bytes(&bytes);
        bytes = model().to_bytes();
        let place = place % bytes.len();
        bytes[place] = value;
        if let Ok(model) = Neighbours::from_bytes(&bytes) {
            model.for_basket(&[id("gin"), id("ice")], 10, &Rules::NONE);
        }
    }
}
