//! Refresh tokens: `<person>.<session>.<256 bits>`, opaque to who holds them. Only a hash is stored.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sipstr_domain::{SessionId, UserId};
use sipstr_http::Signer;

#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub user: UserId,
    pub session: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    pub fn new(user: UserId, session: SessionId) -> Self {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).expect("the system has random bytes");
        Self { user, session, secret }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (user, rest) = text.split_once('.')?;
        let (session, secret) = rest.split_once('.')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        let user = format!("{}{user}", UserId::PREFIX).parse().ok()?;
        Some(Self { user, session: format!("{}{session}", SessionId::PREFIX).parse().ok()?, secret })
    }

    /// The token after this one. It follows from this one, the salt of the rotation, and the application's key, so that
    /// two tabs that refresh at once, or a client that lost the answer, come to hold the same token.
    pub fn successor(&self, signer: &Signer, salt: &str) -> Self {
        let text = format!("{}:{salt}", self.text());
        let (user, session) = (self.user.clone(), self.session.clone());
        Self { user, session, secret: signer.derive("refresh-token", &text) }
    }

    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.user.suffix(), self.session.suffix(), URL_SAFE_NO_PAD.encode(self.secret))
    }

    pub fn hash(&self) -> String {
        hex::encode(digest::digest(&digest::SHA256, &self.secret))
    }

    pub fn has_hash(&self, hash: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.hash().as_bytes(), hash.as_bytes()).is_ok()
    }
}

/// A salt for one rotation.
pub fn new_salt() -> String {
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).expect("the system has random bytes");
    hex::encode(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_nothing_else_passes_for_one() {
        let token = RefreshToken::new(UserId::new(), SessionId::new());
        assert!(RefreshToken::parse(&token.text()).is_some_and(|again| again == token));
        let (user, session) = (token.user.suffix(), token.session.suffix());
        for text in ["", "..", "1.2.abc", &format!("{user}.{session}.AAAA"), &format!("{}.", token.text())] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_successor_is_the_same_for_all_who_hold_the_predecessor() {
        let (signer, token) = (Signer::new(&[7; 32]), RefreshToken::new(UserId::new(), SessionId::new()));
        let next = token.successor(&signer, "salt");
        assert!(next == token.successor(&signer, "salt"));
        assert!(next != token.successor(&signer, "other"));
        assert!(next != token.successor(&Signer::new(&[8; 32]), "salt"));
        assert!(token.has_hash(&token.hash()) && !token.has_hash(&next.hash()));
    }
}
