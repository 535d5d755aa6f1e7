//! Who holds an e-mail address. Where nobody does, the same calls are made for a stand-in that does not exist.

use jiff::Timestamp;
use sipstr_domain::UserId;
use sipstr_domain::account::Email;
use sipstr_identity::{is_due, new_code};
use sipstr_storage::StorageError;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::codes::Purpose;

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
    pub async fn issue_code_if_due(
        &self,
        accounts: &Accounts,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let open = self.account.as_ref().and_then(|account| purpose.of(account));
        let replaces = if is_due(open, now) { open.map(|code| code.nonce.as_str()) } else { Some(NO_NONCE) };
        accounts.issue_code(&self.id, purpose, &new_code(now), replaces).await.map(|_| ())
    }
}

pub async fn id_or_stand_in(accounts: &Accounts, email: &Email) -> Result<UserId, StorageError> {
    let found = accounts.id_of(email).await?;
    Ok(found.unwrap_or_else(|| UserId::derive(&["nobody", email.as_str()])))
}
