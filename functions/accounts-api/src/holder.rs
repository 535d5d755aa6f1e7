//! Who holds an e-mail address, and the codes that prove it.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::UserId;
use sipstr_domain::account::Email;
use sipstr_storage::StorageError;
use sipstr_storage::accounts::{Account, Accounts, Verification};

/// How long a code is good for.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// How long nobody gets another code.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// A nonce that no code has.
const NO_NONCE: &str = "-";

/// The person behind an e-mail address, or a stand-in with an id that is nobody's.
#[derive(Debug)]
pub struct Holder {
    pub id: UserId,
    pub account: Option<Account>,
}

impl Holder {
    pub async fn find(accounts: &Accounts, email: &Email) -> Result<Self, StorageError> {
        let id = id_or_stand_in(accounts, email).await?;
        let account = accounts.get(&id).await?;
        Ok(Self { id, account })
    }

    /// Makes a new code where one is due. One call of the database in any case: where none is due, or nobody is there, it
    /// has a condition that does not hold.
    pub async fn issue_code_if_due(&self, accounts: &Accounts, now: Timestamp) -> Result<(), StorageError> {
        let open = self.account.as_ref().and_then(|account| account.verification.as_ref());
        let replaces = if is_due(open, now) { open.map(|code| code.nonce.as_str()) } else { Some(NO_NONCE) };
        accounts.issue_code(&self.id, &new_code(now), replaces).await.map(|_| ())
    }
}

pub async fn id_or_stand_in(accounts: &Accounts, email: &Email) -> Result<UserId, StorageError> {
    let found = accounts.id_of(email).await?;
    Ok(found.unwrap_or_else(|| UserId::derive(&["nobody", email.as_str()])))
}

pub fn new_code(now: Timestamp) -> Verification {
    let mut nonce = [0; 16];
    aws_lc_rs::rand::fill(&mut nonce).expect("the system has random bytes");
    Verification { nonce: hex::encode(nonce), expires_at: now + CODE_LIFE, attempts: 0 }
}

fn is_due(open: Option<&Verification>, now: Timestamp) -> bool {
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
