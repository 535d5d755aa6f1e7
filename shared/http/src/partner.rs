//! The keys under which partners are told things, in the form of Standard Webhooks: a partner verifies with a library of its own
//! language (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::Signer;

const PURPOSE: &str = "partner-webhook";

/// A key that is derived where it is needed, and shown once.
pub struct PartnerKey([u8; 32]);

impl PartnerKey {
    pub fn derive(signer: &Signer, nonce: &str) -> Self {
        Self(signer.derive(PURPOSE, nonce))
    }

    /// As the partner keeps it: `whsec_` and the key in base64.
    pub fn secret(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// One element of the header `webhook-signature`: over id, time in seconds and body, joined by full stops.
    pub fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        sign(&self.0, id, at.as_second(), body)
    }
}

fn sign(key: &[u8], id: &str, second: i64, body: &str) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(format!("{id}.{second}.").as_bytes());
    context.update(body.as_bytes());
    format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_signs_as_the_specification_does() {
        // The example of the specification, computed anew with Python's hmac.
        let key = STANDARD.decode("plJ3nmyCDGBKInavdOK15jsl").unwrap();
        let body = r#"{"event_type":"ping","data":{"success":true}}"#;
        let signature = "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=";
        assert_eq!(sign(&key, "msg_loFOjxBNrRLzqYUf", 1_731_705_121, body), signature);
    }

    #[test]
    fn another_number_is_another_key() {
        let signer = Signer::new(&[7; 32]);
        let key = PartnerKey::derive(&signer, "first");
        assert!(key.secret().starts_with("whsec_") && key.secret().len() == 50);
        assert_ne!(key.secret(), PartnerKey::derive(&signer, "second").secret());
        assert_ne!(key.secret(), PartnerKey::derive(&Signer::new(&[8; 32]), "first").secret());
    }
}
