use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::Problem;

/// How long something stays unknown after it was looked for, here and in the CDN.
const LIFE: SignedDuration = SignedDuration::from_secs(5);
const CACHE: &str = "public, max-age=5";

/// Most that is remembered; whoever asks for more names is guessing, and is answered all the same.
const MOST: usize = 1_024;

/// Products that a store was found not to sell, for a moment in each function instance: who asks again and again for what is not
/// there costs no reads.
#[derive(Debug, Clone, Default)]
pub struct Unknown(Arc<Mutex<HashMap<(StoreId, ProductId), Timestamp>>>);

impl Unknown {
    pub fn has(&self, store: &StoreId, product: &ProductId, now: Timestamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(store.clone(), product.clone())).is_some_and(|since| now.duration_since(*since) < LIFE)
    }

    /// Remembers it, and answers that it is not there.
    pub fn note(&self, store: &StoreId, product: &ProductId, now: Timestamp) -> Problem {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, since| now.duration_since(*since) < LIFE);
        }
        if known.len() < MOST {
            known.insert((store.clone(), product.clone()), now);
        }
        not_found()
    }
}

/// What is not there for anybody.
pub fn not_found() -> Problem {
    Problem::not_found().kept(CACHE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_there_is_looked_for_again_after_a_moment() {
        let (unknown, store, product) = (Unknown::default(), StoreId::new(), ProductId::new());
        let now = Timestamp::UNIX_EPOCH;
        assert!(!unknown.has(&store, &product, now));
        assert_eq!(unknown.note(&store, &product, now).cache_control, Some(CACHE));
        assert!(unknown.has(&store, &product, now + SignedDuration::from_secs(4)));
        assert!(!unknown.has(&store, &product, now + LIFE));
        assert!(!unknown.has(&StoreId::new(), &product, now));
    }

    #[test]
    fn whoever_guesses_fills_no_memory() {
        let (unknown, store) = (Unknown::default(), StoreId::new());
        for _ in 0..MOST + 100 {
            unknown.note(&store, &ProductId::new(), Timestamp::UNIX_EPOCH);
        }
        assert_eq!(unknown.0.lock().unwrap().len(), MOST);
        unknown.note(&store, &ProductId::new(), Timestamp::UNIX_EPOCH + LIFE);
        assert_eq!(unknown.0.lock().unwrap().len(), 1);
    }
}
