//! Codes that are mailed: how long they live, and how soon another is sent.

use jiff::{SignedDuration, Timestamp};
use sipstr_storage::accounts::Verification;

/// How long a code is good for.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// How long nobody gets another code.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

pub fn new_code(now: Timestamp) -> Verification {
    let mut nonce = [0; 16];
    aws_lc_rs::rand::fill(&mut nonce).expect("the system has random bytes");
    Verification { nonce: hex::encode(nonce), expires_at: now + CODE_LIFE, attempts: 0 }
}

/// Whether another code may be sent: none is open, or it is a minute old.
pub fn is_due(open: Option<&Verification>, now: Timestamp) -> bool {
    open.is_none_or(|code| now >= code.expires_at - CODE_LIFE + PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_code_is_due_after_a_minute() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let code = new_code(now);
        assert!(is_due(None, now));
        assert!(!is_due(Some(&code), now + SignedDuration::from_secs(59)));
        assert!(is_due(Some(&code), now + SignedDuration::from_secs(60)));
        assert_ne!(code.nonce, new_code(now).nonce);
    }
}
