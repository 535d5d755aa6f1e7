//! Shares and means of few observations.

use proptest::prelude::*;
use sipstr_ranking::{ClickPrior, RankingError, Ratings, wilson_lower_bound};

#[test]
fn one_enthusiast_does_not_beat_a_hundred() {
    let one = Ratings { stars: [0, 0, 0, 0, 1] };
    let hundred = Ratings { stars: [0, 0, 5, 25, 70] };
    let rank = |ratings: &Ratings| ratings.bayesian_mean(3.8, 10.0).unwrap();
    assert!(rank(&hundred) > rank(&one));
    assert_eq!((one.mean(), Ratings::default().mean()), (Some(5.0), None));
    assert_eq!(rank(&Ratings::default()), 3.8, "before the first review a product is a usual one");
}

#[test]
fn wilsons_bound_is_what_the_tables_say() {
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    for (in_favour, votes, bound) in [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061)] {
        assert!((wilson_lower_bound(in_favour, votes) - bound).abs() < 5e-5, "{in_favour} of {votes}");
    }
    assert_eq!(wilson_lower_bound(0, 0), 0.0);
    assert!(wilson_lower_bound(90, 100) > wilson_lower_bound(2, 2));
}

#[test]
fn nonsense_is_refused() {
    for (share, views) in [(0.0, 10.0), (1.0, 10.0), (f64::NAN, 10.0), (0.1, 0.0), (0.1, f64::INFINITY)] {
        assert!(matches!(ClickPrior::new(share, views), Err(RankingError::Setting(_))));
    }
    assert!(
        Ratings::default().bayesian_mean(0.5, 1.0).is_err() && Ratings::default().bayesian_mean(3.0, -1.0).is_err()
    );
}

proptest! {
    #[test]
    fn a_click_lifts_and_an_idle_view_lowers(clicks in 0..1_000_000_u64, more in 0..1_000_000_u64) {
        let prior = ClickPrior::new(0.05, 40.0).unwrap();
        let views = clicks + more;
        let rate = prior.rate(clicks, views);
        prop_assert!(rate > 0.0 && rate < 1.0);
        prop_assert!(prior.rate(clicks + 1, views + 1) > rate);
        prop_assert!(prior.rate(clicks, views + 1) < rate);
        prop_assert!(prior.rate(u64::MAX, views) < 1.0);
    }

    #[test]
    fn smoothing_pulls_towards_what_is_usual(stars in prop::array::uniform5(0..10_000_u32), usual in 1.0..5.0_f64) {
        let ratings = Ratings { stars };
        let smoothed = ratings.bayesian_mean(usual, 10.0).unwrap();
        let mean = ratings.mean().unwrap_or(usual);
        prop_assert!(smoothed >= mean.min(usual) - 1e-9 && smoothed <= mean.max(usual) + 1e-9);
        let mut better = ratings;
        better.stars[4] += 1;
        prop_assert!(better.bayesian_mean(usual, 10.0).unwrap() >= smoothed);
    }

    #[test]
    fn wilsons_bound_rises_with_favour_and_stays_below_the_share(votes in 1..100_000_u64, in_favour in 0..100_000_u64) {
        let in_favour = in_favour.min(votes);
        let bound = wilson_lower_bound(in_favour, votes);
        prop_assert!(bound >= 0.0 && bound <= in_favour as f64 / votes as f64);
        if in_favour < votes {
            prop_assert!(wilson_lower_bound(in_favour + 1, votes) > bound);
        }
        prop_assert!(wilson_lower_bound(in_favour, votes + 1) <= bound, "a vote against does not help");
    }
}
