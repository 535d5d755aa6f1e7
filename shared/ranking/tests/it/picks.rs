//! Top Picks: earned, pinned, kept for the new, and never what may not be sold.

use std::collections::HashSet;

use proptest::prelude::*;
use sipstr_domain::ProductId;
use sipstr_ranking::{
    Candidate, ClickPrior, Pick, PickReason, PickSettings, RankingError, Rules, Signal, Weights, top_picks,
};

use crate::id;

fn candidate(name: &str, orders: u32) -> Candidate {
    Candidate {
        product: id(name),
        orders_by_day: vec![orders],
        favourites: 0,
        clicks: 0,
        views: 0,
        trend: 0.0,
        days_listed: 365,
    }
}

fn settings(size: usize) -> PickSettings {
    PickSettings {
        size,
        order_days: 7,
        weights: Weights { orders: 0.5, favourites: 0.2, click_through: 0.1, trend: 0.2 },
        clicks: ClickPrior::new(0.05, 40.0).unwrap(),
        new_slots: 0,
        new_days: 14,
        pins: Vec::new(),
        bans: HashSet::new(),
    }
}

fn products(picks: &[Pick]) -> Vec<ProductId> {
    picks.iter().map(|pick| pick.product.clone()).collect()
}

fn ids<const N: usize>(names: [&str; N]) -> Vec<ProductId> {
    names.iter().map(|name| id(name)).collect()
}

#[test]
fn a_pick_is_the_sum_of_its_parts() {
    let mut liked = candidate("liked", 3);
    liked.favourites = 40;
    liked.trend = 2.5;
    let picks = top_picks(&[candidate("ordered", 9), liked], &settings(5), &Rules::NONE).unwrap();
    assert_eq!(products(&picks), ids(["liked", "ordered"]));
    for pick in &picks {
        let sum: f64 = pick.parts.iter().map(|part| part.points).sum();
        assert!((sum - pick.score).abs() < 1e-12);
    }
    let favourites = picks[0].parts[1];
    assert_eq!(
        (favourites.signal, favourites.value, favourites.share, favourites.points),
        (Signal::Favourites, 40.0, 1.0, 0.2)
    );
}

#[test]
fn only_the_last_days_count() {
    let mut old = candidate("old", 0);
    old.orders_by_day = [vec![0; 7], vec![1_000; 30]].concat();
    assert_eq!(products(&top_picks(&[old, candidate("now", 1)], &settings(1), &Rules::NONE).unwrap()), ids(["now"]));
}

#[test]
fn what_may_not_be_sold_is_not_even_compared_with() {
    let mut giant = candidate("not at this hour", 1_000_000);
    giant.favourites = 1_000_000;
    let small = candidate("small", 2);
    let rules = Rules { eligible: &|product| *product != id("not at this hour"), ..Rules::NONE };
    let settings = PickSettings { pins: ids(["not at this hour"]).to_vec(), ..settings(3) };
    let picks = top_picks(&[giant, small], &settings, &rules).unwrap();
    assert_eq!(products(&picks), ids(["small"]));
    assert_eq!(picks[0].parts[0].share, 1.0, "it is the best of those that may be sold");
}

#[test]
fn the_admin_has_the_last_word() {
    let candidates = ["a", "b", "c", "d"].map(|name| candidate(name, u32::from(name.as_bytes()[0])));
    let settings =
        PickSettings { pins: ids(["a", "c", "d", "unknown"]).to_vec(), bans: HashSet::from([id("d")]), ..settings(3) };
    let picks = top_picks(&candidates, &settings, &Rules::NONE).unwrap();
    assert_eq!(products(&picks), ids(["a", "c", "b"]));
    assert_eq!(
        picks.iter().map(|pick| pick.reason).collect::<Vec<_>>(),
        [PickReason::Pinned, PickReason::Pinned, PickReason::Earned]
    );
}

#[test]
fn places_are_kept_for_what_is_new() {
    let mut candidates: Vec<Candidate> = (0..6).map(|n| candidate(&format!("old {n}"), 100 - n)).collect();
    for (name, orders) in [("new, better", 2), ("new, worse", 1)] {
        candidates.push(Candidate { days_listed: 3, ..candidate(name, orders) });
    }
    let settings = PickSettings { new_slots: 1, ..settings(4) };
    let picks = top_picks(&candidates, &settings, &Rules::NONE).unwrap();
    assert_eq!(products(&picks), ids(["old 0", "old 1", "old 2", "new, better"]));
    assert_eq!(picks[3].reason, PickReason::New);
}

#[test]
fn nonsense_is_refused() {
    let refused =
        |settings: PickSettings| matches!(top_picks(&[], &settings, &Rules::NONE), Err(RankingError::Setting(_)));
    for weight in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(refused(PickSettings { weights: Weights { trend: weight, ..settings(1).weights }, ..settings(1) }));
    }
    assert!(refused(PickSettings { new_slots: 2, ..settings(1) }));
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (
        0..30_u8,
        prop::collection::vec(any::<u32>(), 0..10),
        any::<u32>(),
        any::<(u64, u64)>(),
        any::<f64>(),
        0..60_u32,
    );
    let build = |(name, orders_by_day, favourites, (clicks, views), trend, days_listed)| Candidate {
        product: id(&format!("p{name}")),
        orders_by_day,
        favourites,
        clicks,
        views,
        trend,
        days_listed,
    };
    prop::collection::vec(one.prop_map(build), 0..40)
}

/// Three brands and some products without.
fn brand(product: &ProductId) -> Option<String> {
    match product.suffix().as_bytes()[0] % 4 {
        0 => None,
        brand => Some(brand.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_rules_hold_whatever_is_measured(
        candidates in candidates(),
        size in 0..12_usize,
        new_slots in 0..4_usize,
        cap in 1..4_usize,
        pins in prop::collection::vec(0..30_u8, 0..4),
        bans in prop::collection::hash_set(0..30_u8, 0..6),
    ) {
        let named = |name: &u8| id(&format!("p{name}"));
        let settings = PickSettings {
            new_slots: new_slots.min(size),
            pins: pins.iter().map(named).collect(),
            bans: bans.iter().map(named).collect(),
            ..settings(size)
        };
        let eligible = |product: &ProductId| !product.suffix().as_bytes()[1].is_multiple_of(3);
        let rules = Rules { eligible: &eligible, brand: &brand, brand_cap: cap };
        let picks = top_picks(&candidates, &settings, &rules).unwrap();

        prop_assert!(picks.len() <= size);
        let unique: HashSet<&ProductId> = picks.iter().map(|pick| &pick.product).collect();
        prop_assert_eq!(unique.len(), picks.len(), "nothing comes twice");
        prop_assert!(picks.iter().all(|pick| pick.score.is_finite() && eligible(&pick.product)));
        prop_assert!(picks.iter().all(|pick| !settings.bans.contains(&pick.product)));
        for pick in picks.iter().filter(|pick| pick.reason != PickReason::Pinned) {
            let of_brand = picks.iter().filter(|other| brand(&other.product) == brand(&pick.product)).count();
            let pinned = picks.iter().filter(|other| other.reason == PickReason::Pinned && brand(&other.product) == brand(&pick.product)).count();
            prop_assert!(brand(&pick.product).is_none() || of_brand <= cap.max(pinned), "a brand has its cap");
        }
        let first_earned = picks.iter().position(|pick| pick.reason != PickReason::Pinned).unwrap_or(picks.len());
        prop_assert!(picks[first_earned..].iter().all(|pick| pick.reason != PickReason::Pinned), "pins lead");
        prop_assert_eq!(top_picks(&candidates, &settings, &rules), Ok(picks), "the same facts, the same picks");
    }

    #[test]
    fn more_of_a_signal_never_lowers_a_score(candidates in candidates(), more in 1..1_000_u32) {
        prop_assume!(!candidates.is_empty());
        let position = |candidates: &[Candidate]| {
            let picks = top_picks(candidates, &settings(50), &Rules::NONE).unwrap();
            picks.iter().position(|pick| pick.product == candidates[0].product).unwrap()
        };
        let before = position(&candidates);
        let mut lifted = candidates.clone();
        lifted[0].favourites = lifted[0].favourites.saturating_add(more);
        lifted[0].trend = if lifted[0].trend.is_finite() { lifted[0].trend.max(0.0) * 2.0 } else { lifted[0].trend };
        prop_assert!(position(&lifted) <= before);
    }
}
