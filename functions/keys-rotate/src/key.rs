//! A pair of keys: the private half as the secret holds it, the public half as the key set shows it.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_runtime::HandlerError;

/// A key that signs. `accounts-api` reads the same fields.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateKey {
    pub kid: String,
    /// PKCS#8.
    pub private_key_pem: String,
}

impl PrivateKey {
    /// RSA of 2048 bits: the gateway's authoriser checks nothing but RSA.
    pub fn generate() -> Result<Self, HandlerError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| "no key could be made")?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| "a key could not be written down")?;
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = (0..body.len()).step_by(64).map(|at| &body[at..body.len().min(at + 64)]).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
        Ok(Self { kid: EventId::new().suffix()[16..].to_owned(), private_key_pem: pem })
    }

    /// The public half (RFC 7517).
    pub fn jwk(&self) -> Result<Value, HandlerError> {
        let body: String = self.private_key_pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(body).map_err(|_| "the secret holds no PEM")?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|_| "the secret holds no RSA key")?;
        let public = pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        }))
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.kid)
    }
}
