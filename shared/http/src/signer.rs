//! Texts that leave the system and come back: cursors and quotes, signed so that nobody edits them on the way.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sipstr_domain::promotion::{Ask, PromoCode, UniqueCode};

/// What the tags of a campaign's codes are for.
const CAMPAIGN: &str = "campaign-code";

/// Signs and checks with HMAC-SHA256. Each kind of text has a purpose of its own: a cursor is no quote.
#[derive(Clone)]
pub struct Signer {
    key: std::sync::Arc<hmac::Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this text was not made here, or was changed")]
pub struct NotOurs;

impl Signer {
    /// The key must be 32 random bytes or more.
    pub fn new(key: &[u8]) -> Self {
        Self { key: std::sync::Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)) }
    }

    pub fn seal<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        let json = serde_json::to_vec(value).expect("our own types serialise");
        let mut sealed = self.tag(purpose, &json).as_ref()[..16].to_vec();
        sealed.extend_from_slice(&json);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    pub fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Result<T, NotOurs> {
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotOurs)?;
        let (tag, json) = sealed.split_at_checked(16).ok_or(NotOurs)?;
        let expected = self.tag(purpose, json);
        aws_lc_rs::constant_time::verify_slices_are_equal(tag, &expected.as_ref()[..16]).map_err(|_| NotOurs)?;
        serde_json::from_slice(json).map_err(|_| NotOurs)
    }

    /// A number below `bound` that only who has the key can tell: how a code is derived from a nonce instead of stored.
    pub fn number(&self, purpose: &str, text: &str, bound: u64) -> u64 {
        let tag = self.tag(purpose, text.as_bytes());
        let bytes: [u8; 8] = tag.as_ref()[..8].try_into().expect("eight bytes");
        u64::from_be_bytes(bytes) % bound
    }

    /// 32 bytes that only who has the key can tell.
    pub fn derive(&self, purpose: &str, text: &str) -> [u8; 32] {
        self.tag(purpose, text.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// The code of a campaign with this number.
    pub fn unique_code(&self, campaign: &PromoCode, number: u32) -> UniqueCode {
        let tag = self.number(CAMPAIGN, &UniqueCode::claim(campaign, number), UniqueCode::TAG_BOUND);
        UniqueCode { campaign: campaign.clone(), number, tag }
    }

    /// What a typed code asks for: where its tag is true, a campaign by one of its codes; else the promotion of that name.
    pub fn asked(&self, code: &PromoCode) -> Ask {
        match UniqueCode::parse(code) {
            Some(unique) if unique == self.unique_code(&unique.campaign, unique.number) => {
                Ask { promotion: unique.campaign, unique: Some(code.clone()) }
            }
            _ => Ask::plain(code.clone()),
        }
    }

    fn tag(&self, purpose: &str, bytes: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&(purpose.len() as u64).to_be_bytes());
        context.update(purpose.as_bytes());
        context.update(bytes);
        context.sign()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_text_is_refused() {
        let signer = Signer::new(&[7; 32]);
        let text = signer.seal("cursor", &"here");
        assert_eq!(signer.open::<String>("cursor", &text), Ok("here".to_owned()));
        assert!(signer.open::<String>("quote", &text).is_err());
        assert!(Signer::new(&[8; 32]).open::<String>("cursor", &text).is_err());
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let opened = signer.open::<String>("cursor", &changed);
            assert!(opened.is_err() || URL_SAFE_NO_PAD.decode(&changed) == URL_SAFE_NO_PAD.decode(&text));
        }
        assert!(signer.open::<String>("cursor", "").is_err());
    }
}
