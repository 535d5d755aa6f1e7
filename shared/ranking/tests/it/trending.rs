//! Decay: what halves halves, whoever counts and in whatever order.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sipstr_ranking::{Decayed, RankingError, Trending};

const HALF_LIFE: f64 = 24.0;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn counted(events: &[i64]) -> Decayed {
    let nothing = Decayed::nothing(at(0));
    events.iter().fold(nothing, |count, minute| count.plus(1.0, at(*minute), HALF_LIFE))
}

#[test]
fn a_count_halves_every_half_life() {
    let count = counted(&[0, 0]);
    assert!(close(count.value_at(at(0), HALF_LIFE), 2.0));
    assert!(close(count.value_at(at(24 * 60), HALF_LIFE), 1.0));
    assert!(close(count.value_at(at(72 * 60), HALF_LIFE), 0.25));
    assert!(close(counted(&[0, 24 * 60]).count, 1.5), "s ← s · 2^(−Δt/h) + 1");
}

#[test]
fn what_is_ordered_lately_passes_what_was_ordered_more() {
    let mut trending = Trending::new(HALF_LIFE).unwrap();
    for _ in 0..5 {
        trending.ordered(("mission", "old favourite"), at(0));
    }
    for _ in 0..3 {
        trending.ordered(("mission", "newcomer"), at(48 * 60));
    }
    trending.ordered(("mission", "sold out"), at(48 * 60));
    let top = trending.top(at(48 * 60), 5, |(_, product)| *product != "sold out");
    assert_eq!(top.iter().map(|((_, product), _)| *product).collect::<Vec<_>>(), ["newcomer", "old favourite"]);
    assert_eq!(trending.top(at(48 * 60), 1, |_| true).len(), 1);

    trending.forget_below(2.0, at(48 * 60));
    assert_eq!(trending.count(&("mission", "old favourite")), None);
    assert!(trending.value(&("mission", "newcomer"), at(48 * 60)) > 2.9);
}

#[test]
fn a_half_life_of_nothing_is_refused() {
    for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Trending::<u8>::new(nonsense), Err(RankingError::Setting(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        events in prop::collection::vec(0..100_000_i64, 1..40),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let mut rotated = events.clone();
        rotated.rotate_left(shuffled.index(events.len()));
        rotated.reverse();
        let now = at(100_000);
        let (a, b) = (counted(&events).value_at(now, HALF_LIFE), counted(&rotated).value_at(now, HALF_LIFE));
        prop_assert!(close(a, b), "{a} and {b}");
    }

    #[test]
    fn merging_two_parts_is_counting_the_whole(
        one in prop::collection::vec(0..100_000_i64, 0..20),
        other in prop::collection::vec(0..100_000_i64, 0..20),
    ) {
        let whole: Vec<i64> = one.iter().chain(&other).copied().collect();
        let now = at(100_000);
        let merged = counted(&one).merge(&counted(&other), HALF_LIFE);
        prop_assert!(close(merged.value_at(now, HALF_LIFE), counted(&whole).value_at(now, HALF_LIFE)));
    }

    #[test]
    fn a_count_only_fades_until_the_next_order(
        events in prop::collection::vec(0..10_000_i64, 1..20),
        sooner in 10_000..20_000_i64,
        later in 0..1_000_000_i64,
    ) {
        let count = counted(&events);
        let (before, after) = (count.value_at(at(sooner), HALF_LIFE), count.value_at(at(sooner + later), HALF_LIFE));
        prop_assert!(after <= before && after >= 0.0 && before <= events.len() as f64);
        // Half-way by way of another moment is the same: decay composes.
        let between = Decayed { count: before, at: at(sooner) };
        prop_assert!(close(between.value_at(at(sooner + later), HALF_LIFE), after));
        prop_assert!(count.plus(1.0, at(sooner), HALF_LIFE).value_at(at(sooner), HALF_LIFE) > before);
    }
}
