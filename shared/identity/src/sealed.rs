//! Secrets that have to be read again, sealed with AES-256-GCM under a key that follows from the application's.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sipstr_http::Signer;

const NONCE: usize = 12;

/// Seals a secret for its owner: it opens for nobody else, and for no other purpose.
pub fn seal_secret(signer: &Signer, purpose: &str, owner: &str, secret: &[u8]) -> String {
    let mut bytes = secret.to_vec();
    let nonce = key(signer, purpose).seal_in_place_append_tag(Aad::from(owner), &mut bytes).expect("a short secret");
    let mut sealed = nonce.as_ref().to_vec();
    sealed.extend_from_slice(&bytes);
    URL_SAFE_NO_PAD.encode(sealed)
}

pub fn open_sealed(signer: &Signer, purpose: &str, owner: &str, sealed: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let mut rest = bytes.split_off(bytes.len().min(NONCE));
    let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
    key(signer, purpose).open_in_place(nonce, Aad::from(owner), &mut rest).ok().map(|secret| secret.to_vec())
}

fn key(signer: &Signer, purpose: &str) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, &signer.derive("sealed-secret", purpose)).expect("32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_and_purpose_only() {
        let signer = Signer::new(&[7; 32]);
        let sealed = seal_secret(&signer, "totp", "usr_1", b"secret");
        assert_eq!(open_sealed(&signer, "totp", "usr_1", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(open_sealed(&signer, "totp", "usr_2", &sealed), None);
        assert_eq!(open_sealed(&signer, "other", "usr_1", &sealed), None);
        assert_eq!(open_sealed(&Signer::new(&[8; 32]), "totp", "usr_1", &sealed), None);
        assert_eq!(open_sealed(&signer, "totp", "usr_1", "AAAA"), None);
        assert_ne!(sealed, seal_secret(&signer, "totp", "usr_1", b"secret"), "a nonce of its own each time");
    }
}
