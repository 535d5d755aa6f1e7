//! When a cart counts as abandoned.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Cart;

/// Nobody is reminded of the same store's cart again within so long, whatever they do to it.
pub const REMIND_AGAIN: SignedDuration = SignedDuration::from_hours(72);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminded {
    /// Of the cart: nobody is reminded twice of one version.
    pub version: u64,
    pub at: Timestamp,
}

/// What is to be done about a cart that the sweep has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// There is nothing in it: nobody has to look again.
    Nothing,
    /// Look again, as if it lay still since then.
    Since(Timestamp),
    Abandoned,
}

impl Cart {
    /// Judges a cart that has been watched for long enough to be abandoned `after` so long without a change.
    pub fn look(&self, now: Timestamp, after: SignedDuration) -> Look {
        if self.lines.is_empty() || self.chosen_at.is_none() {
            return Look::Nothing;
        }
        let changed = self.changed_at.unwrap_or(Timestamp::UNIX_EPOCH);
        let again = match self.reminded {
            Some(reminded) if reminded.version == self.version => return Look::Nothing,
            Some(reminded) => reminded.at + REMIND_AGAIN - after,
            None => changed,
        };
        let since = changed.max(again);
        if since + after > now { Look::Since(whole_second(since)) } else { Look::Abandoned }
    }
}

/// Times in the index are compared as text: with the same number of places that is their order.
pub(super) fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProductId, StoreId, UserId};

    const AFTER: SignedDuration = SignedDuration::from_hours(4);

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn full(changed: i64) -> Cart {
        let mut cart = Cart { version: 3, chosen_at: Some(at(0)), ..Cart::new(UserId::new(), StoreId::new()) };
        cart.lines.set(ProductId::new(), 1).unwrap();
        cart.touch(at(changed));
        cart
    }

    #[test]
    fn who_left_a_full_cart_is_reminded_after_a_while() {
        assert_eq!(full(10).look(at(13), AFTER), Look::Since(at(10)));
        assert_eq!(full(10).look(at(14), AFTER), Look::Abandoned);
        assert_eq!(Cart::new(UserId::new(), StoreId::new()).look(at(99), AFTER), Look::Nothing);
        let mut away = full(10);
        away.put_away();
        assert_eq!(away.look(at(99), AFTER), Look::Nothing);
    }

    #[test]
    fn of_one_version_once_and_of_one_store_every_three_days_at_most() {
        let mut cart = full(10);
        cart.reminded = Some(Reminded { version: 3, at: at(14) });
        assert_eq!(cart.look(at(999), AFTER), Look::Nothing);
        cart.version = 4;
        cart.touch(at(15));
        let again = 14 + REMIND_AGAIN.as_hours();
        assert_eq!(cart.look(at(again - 1), AFTER), Look::Since(at(again - 4)));
        assert_eq!(cart.look(at(again), AFTER), Look::Abandoned);
    }

    #[test]
    fn a_cart_that_is_watched_stays_where_the_sweep_finds_it() {
        let mut cart = full(10);
        cart.touch(at(12));
        assert_eq!((cart.idle_since, cart.changed_at), (Some(at(10)), Some(at(12))));
    }
}
