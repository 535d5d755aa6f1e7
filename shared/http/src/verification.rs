use sipstr_domain::UserId;
use sipstr_storage::accounts::Verification;

use crate::Signer;

/// The six digits that prove an e-mail address. They are stored nowhere: whoever has the application's key derives them
/// from the nonce, the function that mails them and the one that checks them alike.
pub fn verification_code(signer: &Signer, user: &UserId, verification: &Verification) -> String {
    let text = format!("{user}:{}", verification.nonce);
    format!("{:06}", signer.number("verify-email", &text, 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_changes_with_the_nonce() {
        let signer = Signer::new(&[7; 32]);
        let user = UserId::new();
        let code = |nonce: &str| {
            let verification = Verification { nonce: nonce.to_owned(), expires_at: Default::default(), attempts: 0 };
            verification_code(&signer, &user, &verification)
        };
        assert!((0..50).all(|n| code(&n.to_string()).len() == 6));
        assert_eq!(code("a"), code("a"));
        assert!((0..50).any(|n| code(&n.to_string()) != code("a")));
    }
}
