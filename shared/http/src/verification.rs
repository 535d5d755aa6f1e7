use sipstr_domain::UserId;
use sipstr_storage::accounts::Verification;
use sipstr_storage::codes::Purpose;

use crate::Signer;

/// The six digits of a mailed code. They are stored nowhere: whoever has the application's key derives them from the nonce,
/// the function that mails them and the one that checks them alike. A code for one purpose is none for another.
pub fn mailed_code(signer: &Signer, purpose: Purpose, user: &UserId, code: &Verification) -> String {
    let text = format!("{user}:{}", code.nonce);
    format!("{:06}", signer.number(purpose.as_str(), &text, 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_changes_with_nonce_and_purpose() {
        let signer = Signer::new(&[7; 32]);
        let user = UserId::new();
        let code = |purpose, nonce: &str| {
            let code = Verification { nonce: nonce.to_owned(), expires_at: Default::default(), attempts: 0 };
            mailed_code(&signer, purpose, &user, &code)
        };
        let numbers = || (0..50).map(|n| n.to_string());
        assert!(numbers().all(|n| code(Purpose::ProveEmail, &n).len() == 6));
        assert_eq!(code(Purpose::ProveEmail, "a"), code(Purpose::ProveEmail, "a"));
        assert!(numbers().any(|n| code(Purpose::ProveEmail, &n) != code(Purpose::ProveEmail, "a")));
        assert!(numbers().any(|n| code(Purpose::ProveEmail, &n) != code(Purpose::ResetPassword, &n)));
    }
}
