//! How a product comes to have more buckets, or fewer, while it sells.
//!
//! From what the buckets are, [`next_step`] says the one step to do next; each is one transaction, so whoever stops between
//! two leaves books that close, and whoever comes again goes on from there. What is done one after the other:
//!
//! - **more**: `Open` makes the new buckets, fills them out of bucket 0 and lets buyers plan with them; `Even` moves bottles
//!   from the fullest to the emptiest.
//! - **fewer**: `Narrow` lets buyers plan with fewer, though they still find what the others hold; `Close` empties these into
//!   the ones that stay; `Settle` says that nothing is left there to look at; `Even`, as above.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Bucket, Take};

/// Moves of one transaction: few enough that buyers seldom make it fail.
const MOST_MOVES: usize = 16;

/// Buckets opened in one transaction, which may change 100 items.
const MOST_OPENED: u16 = 64;

/// So many bottles from one bucket into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: u16,
    pub to: u16,
    pub quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Buyers plan with `of`; the buckets that are new are filled out of bucket 0.
    Open {
        of: u16,
        filled: Vec<Take>,
    },
    /// Buyers plan with `of`; the others still hold what they hold.
    Narrow {
        of: u16,
    },
    /// These give all they have and take nothing more.
    Close(Vec<Move>),
    /// Nothing is left beyond the buckets that buyers plan with.
    Settle,
    Even(Vec<Move>),
    Done,
}

/// What to do next so that the product has `wanted` buckets, given bucket 0 and the others that exist.
pub fn next_step(first: &Bucket, others: &[Bucket], wanted: u16) -> Step {
    let wanted = wanted.max(1);
    if first.of < wanted {
        return open(first, wanted.min(first.of + MOST_OPENED));
    }
    if first.of > wanted {
        return Step::Narrow { of: wanted };
    }
    let open = others.iter().filter(|bucket| !bucket.closed);
    let retiring: Vec<&Bucket> = open.clone().filter(|bucket| bucket.number >= wanted).collect();
    if !retiring.is_empty() {
        let moves = retiring.iter().take(MOST_MOVES).map(|bucket| Move {
            from: bucket.number,
            to: bucket.number % wanted,
            quantity: bucket.available,
        });
        return Step::Close(moves.collect());
    }
    if first.reach() > wanted {
        return Step::Settle;
    }
    let figures = open.map(|bucket| (bucket.number, bucket.available)).chain([(0, first.available)]).collect();
    match evening(&figures, wanted) {
        moves if moves.is_empty() => Step::Done,
        moves => Step::Even(moves),
    }
}

fn open(first: &Bucket, of: u16) -> Step {
    let opened = first.of..of;
    let shares = u32::from(opened.end - opened.start) + 1;
    let (each, rest) = (first.available / shares, first.available % shares);
    let fill =
        |number: u16| Take { bucket: number, quantity: each + u32::from(u32::from(number - first.of) + 1 < rest) };
    Step::Open { of, filled: opened.map(fill).collect() }
}

/// Moves towards even shares, if some bucket holds more than twice its own; none otherwise.
///
/// Sales make buckets uneven all the time: small differences are not worth the transactions.
fn evening(figures: &BTreeMap<u16, u32>, of: u16) -> Vec<Move> {
    let total: u64 = figures.values().map(|available| u64::from(*available)).sum();
    let most = u32::try_from(total.div_ceil(u64::from(of))).unwrap_or(u32::MAX);
    if figures.values().all(|available| *available <= most.saturating_mul(2)) {
        return Vec::new();
    }
    let mut over: Vec<(u16, u32)> = figures.iter().map(|(b, has)| (*b, has.saturating_sub(most))).collect();
    let mut under: Vec<(u16, u32)> =
        (0..of).map(|b| (b, most.saturating_sub(figures.get(&b).copied().unwrap_or(0)))).collect();
    over.retain(|(_, spare)| *spare > 0);
    under.retain(|(_, lacks)| *lacks > 0);
    over.sort_by_key(|(_, spare)| Reverse(*spare));
    under.sort_by_key(|(_, lacks)| Reverse(*lacks));
    let (mut moves, mut to) = (Vec::new(), 0);
    for (from, mut spare) in over {
        while spare > 0 && to < under.len() && moves.len() < MOST_MOVES {
            let quantity = spare.min(under[to].1);
            moves.push(Move { from, to: under[to].0, quantity });
            spare -= quantity;
            under[to].1 -= quantity;
            to += usize::from(under[to].1 == 0);
        }
    }
    moves
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
