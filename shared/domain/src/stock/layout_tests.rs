//! The buckets change in number while buyers take, give back and restock between any two steps.

use proptest::prelude::*;

use super::*;
use crate::{ProductId, StoreId};

/// The buckets as a database would hold them; what a step writes is written here.
struct Buckets(Vec<Bucket>);

impl Buckets {
    fn of(figures: &[u32]) -> Self {
        let (store, product) = (StoreId::new(), ProductId::new());
        let bucket = |(number, available): (usize, &u32)| {
            Bucket::new(store.clone(), product.clone(), number as u16, figures.len() as u16, *available)
        };
        Self(figures.iter().enumerate().map(bucket).collect())
    }

    fn total(&self) -> u32 {
        self.0.iter().map(|bucket| bucket.available).sum()
    }

    fn moved(&mut self, moves: &[Move]) {
        for Move { from, to, quantity } in moves {
            assert_ne!(from, to);
            assert!(!self.0[usize::from(*to)].closed, "what is closed is given nothing");
            self.0[usize::from(*from)].available -= quantity;
            self.0[usize::from(*to)].available += quantity;
        }
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Open { of, filled } => {
                for Take { bucket, quantity } in filled {
                    if usize::from(*bucket) == self.0.len() {
                        let new = Bucket { number: *bucket, available: 0, ..self.0[0].clone() };
                        self.0.push(new);
                    }
                    self.0[usize::from(*bucket)].closed = false;
                    self.moved(&[Move { from: 0, to: *bucket, quantity: *quantity }]);
                }
                self.0[0].made = self.0[0].reach().max(*of);
                self.0[0].of = *of;
            }
            Step::Narrow { of } => {
                self.0[0].made = self.0[0].reach();
                self.0[0].of = *of;
            }
            Step::Close(moves) => {
                self.moved(moves);
                for Move { from, .. } in moves {
                    assert_eq!(self.0[usize::from(*from)].available, 0);
                    self.0[usize::from(*from)].closed = true;
                }
            }
            Step::Settle => self.0[0].made = self.0[0].of,
            Step::Even(moves) => self.moved(moves),
            Step::Done => {}
        }
    }

    fn next(&self, wanted: u16) -> Step {
        next_step(&self.0[0], &self.0[1..], wanted)
    }

    /// Somebody takes a bottle, or brings one back to where it was taken from; what is closed sends it to bucket 0.
    fn trade(&mut self, number: usize, gives: bool) -> i64 {
        let number = number % self.0.len();
        let bucket = &mut self.0[number];
        match gives {
            true => {
                let home = if bucket.closed { 0 } else { number };
                self.0[home].available += 1;
                1
            }
            false if bucket.available > 0 => {
                bucket.available -= 1;
                -1
            }
            false => 0,
        }
    }

    /// What a buyer finds who looks where bucket 0 sends them.
    fn within_reach(&self) -> u32 {
        self.0.iter().take(usize::from(self.0[0].reach())).map(|bucket| bucket.available).sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bottle_is_lost_invented_or_hidden_however_often_the_number_changes(
        figures in prop::collection::vec(0_u32..200, 1..20),
        goals in prop::collection::vec((1_u16..=64, 0_usize..12), 1..6),
        trades in prop::collection::vec((0_usize..64, any::<bool>()), 0..40),
    ) {
        let mut buckets = Buckets::of(&figures);
        let mut expected = i64::from(buckets.total());
        let mut trades = trades.into_iter();
        // Each is abandoned after some steps, as if whoever did it was killed; the next wants another number.
        for (goal, steps) in &goals {
            for _ in 0..*steps {
                let step = buckets.next(*goal);
                buckets.apply(&step);
                if let Some((number, gives)) = trades.next() {
                    expected += buckets.trade(number, gives);
                }
                prop_assert_eq!(i64::from(buckets.total()), expected);
                prop_assert_eq!(buckets.within_reach(), buckets.total());
            }
        }
        let goal = goals[0].0;
        let mut steps = 0;
        while buckets.next(goal) != Step::Done {
            let step = buckets.next(goal);
            buckets.apply(&step);
            steps += 1;
            prop_assert!(steps <= 24, "it comes to an end");
        }
        prop_assert_eq!(i64::from(buckets.total()), expected);
        prop_assert_eq!((buckets.0[0].of, buckets.0[0].reach()), (goal, goal));
        let most = buckets.total().div_ceil(u32::from(goal));
        for bucket in &buckets.0 {
            prop_assert!(bucket.available <= most * 2);
            prop_assert!(bucket.number < goal || (bucket.closed && bucket.available == 0));
        }
    }
}

#[test]
fn one_transaction_splits_and_fills() {
    let buckets = Buckets::of(&[10]);
    let take = |bucket, quantity| Take { bucket, quantity };
    assert_eq!(buckets.next(4), Step::Open { of: 4, filled: vec![take(1, 3), take(2, 2), take(3, 2)] });
    assert_eq!(buckets.next(1), Step::Done);
}

#[test]
fn a_merge_lets_buyers_find_all_of_it_at_every_step() {
    let mut buckets = Buckets::of(&[1, 2, 3]);
    assert_eq!(buckets.next(1), Step::Narrow { of: 1 });
    buckets.apply(&Step::Narrow { of: 1 });
    let moves = [Move { from: 1, to: 0, quantity: 2 }, Move { from: 2, to: 0, quantity: 3 }];
    assert_eq!(buckets.next(1), Step::Close(moves.to_vec()));
    buckets.apply(&Step::Close(moves.to_vec()));
    assert_eq!(buckets.next(1), Step::Settle);
    buckets.apply(&Step::Settle);
    assert_eq!((buckets.next(1), buckets.0[0].available), (Step::Done, 6));
}
