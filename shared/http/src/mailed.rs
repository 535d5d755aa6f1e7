//! Texts that are mailed and lead back to a wish. They are stored nowhere: whoever has the application's key makes them from
//! the ids, the function that mails them and the one that takes them alike.

use sipstr_domain::{ExportId, UserId};

use crate::Signer;

const EXPORT: &str = "export";
const ERASURE: &str = "erasure";
const UNSUBSCRIBE: &str = "unsubscribe";

/// What fetches a copy of somebody's data.
pub fn export_token(signer: &Signer, user: &UserId, export: &ExportId) -> String {
    signer.seal(EXPORT, &(user, export))
}

pub fn export_of(signer: &Signer, token: &str) -> Option<(UserId, ExportId)> {
    signer.open(EXPORT, token.trim()).ok()
}

/// What takes back the wish to be forgotten: the one that moved the account to this security version, and no other.
pub fn erasure_token(signer: &Signer, user: &UserId, security_version: u64) -> String {
    signer.seal(ERASURE, &(user, security_version))
}

pub fn erasure_of(signer: &Signer, token: &str) -> Option<(UserId, u64)> {
    signer.open(ERASURE, token.trim()).ok()
}

/// What stops advertising by mail. It does not end: a mail may be read years later, and must still be good for that.
pub fn unsubscribe_token(signer: &Signer, user: &UserId) -> String {
    signer.seal(UNSUBSCRIBE, user)
}

pub fn unsubscriber_of(signer: &Signer, token: &str) -> Option<UserId> {
    signer.open(UNSUBSCRIBE, token.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_wish_only() {
        let (signer, user, export) = (Signer::new(&[7; 32]), UserId::new(), ExportId::new());
        let fetches = export_token(&signer, &user, &export);
        assert_eq!(export_of(&signer, &fetches), Some((user.clone(), export)));
        assert_eq!(erasure_of(&signer, &fetches), None);
        let takes_back = erasure_token(&signer, &user, 3);
        assert_eq!(erasure_of(&signer, &takes_back), Some((user.clone(), 3)));
        assert_eq!(unsubscriber_of(&signer, &takes_back), None);
        assert_eq!(unsubscriber_of(&signer, &unsubscribe_token(&signer, &user)), Some(user));
        assert_eq!(erasure_of(&Signer::new(&[8; 32]), &takes_back), None);
    }
}
