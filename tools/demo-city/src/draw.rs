//! Deterministic ids and choices. A choice that looks random is drawn from a hash of what it is about, never from a
//! generator, so adding one product does not reshuffle the others.

use uuid::Uuid;

/// Namespace of every id that the demo city makes.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f0c_1a52_97d4_4c1b_9b1e_3c70_64de_c17e);

/// 32 lowercase hex digits (a version 5 UUID) that belong to `key` within `kind`, for instance `("prd",
/// "openbeerdb:1")`.
pub fn stable_suffix(kind: &str, key: &str) -> String {
    name_hash(kind, key).simple().to_string()
}

/// A number in `0..bound` that belongs to `key` for the purpose `purpose`.
pub(crate) fn draw(purpose: &str, key: &str, bound: u32) -> u32 {
    assert!(bound > 0, "a draw needs at least one outcome");
    let bits = name_hash(purpose, key).as_u128() & u128::from(u32::MAX);
    // `bits` is below 2^32, so neither conversion can fail.
    u32::try_from((bits * u128::from(bound)) >> 32).unwrap_or_default()
}

fn name_hash(kind: &str, key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}/{key}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_changes() {
        assert_eq!(stable_suffix("prd", "openbeerdb:1"), stable_suffix("prd", "openbeerdb:1"));
        assert_ne!(stable_suffix("prd", "openbeerdb:1"), stable_suffix("prd", "openbeerdb:2"));
        assert_ne!(stable_suffix("prd", "a"), stable_suffix("sto", "a"));
    }

    #[test]
    fn draws_fill_their_range() {
        let mut seen = [0u32; 10];
        for key in 0..10_000 {
            seen[draw("test", &key.to_string(), 10) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (900..1_100).contains(count)), "{seen:?}");
    }
}
