//! The public keys of credentials, and what they sign with: ES256 and Ed25519, and RS256 for what has nothing newer.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use ciborium::Value;
use coset::iana::{self, EnumI64};
use coset::{Algorithm, CborSerializable, CoseKey, KeyType, Label};
use serde::Serialize;

use crate::{PUBLIC_KEY, Refusal};

/// A kind of key that an authenticator may make (§5.3).
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct KeyKind {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The number of a COSE algorithm.
    alg: i64,
}

/// What is asked for, the best first.
pub(crate) const KINDS: [KeyKind; 3] = [
    KeyKind { kind: PUBLIC_KEY, alg: iana::Algorithm::EdDSA as i64 },
    KeyKind { kind: PUBLIC_KEY, alg: iana::Algorithm::ES256 as i64 },
    KeyKind { kind: PUBLIC_KEY, alg: iana::Algorithm::RS256 as i64 },
];

pub(crate) enum PublicKey {
    Curve(ParsedPublicKey),
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
}

impl PublicKey {
    /// Reads a COSE key; its numbers must be sound, and its algorithm one of those that are asked for.
    pub fn parse(cose: &[u8]) -> Result<Self, Refusal> {
        let key = CoseKey::from_slice(cose).map_err(|_| Refusal::Malformed("the public key"))?;
        match (&key.kty, &key.alg) {
            (KeyType::Assigned(iana::KeyType::EC2), Some(Algorithm::Assigned(iana::Algorithm::ES256))) => {
                on_curve(&key, iana::Ec2KeyParameter::Crv.to_i64(), iana::EllipticCurve::P_256)?;
                let x = coordinate(&key, iana::Ec2KeyParameter::X.to_i64())?;
                let y = coordinate(&key, iana::Ec2KeyParameter::Y.to_i64())?;
                Self::of_curve(&ECDSA_P256_SHA256_ASN1, &[&[4], x.as_slice(), &y].concat())
            }
            (KeyType::Assigned(iana::KeyType::OKP), Some(Algorithm::Assigned(iana::Algorithm::EdDSA))) => {
                on_curve(&key, iana::OkpKeyParameter::Crv.to_i64(), iana::EllipticCurve::Ed25519)?;
                Self::of_curve(&ED25519, &coordinate(&key, iana::OkpKeyParameter::X.to_i64())?)
            }
            (KeyType::Assigned(iana::KeyType::RSA), Some(Algorithm::Assigned(iana::Algorithm::RS256))) => {
                let n = bytes_of(&key, iana::RsaKeyParameter::N.to_i64())?;
                let e = bytes_of(&key, iana::RsaKeyParameter::E.to_i64())?;
                // 2,048 to 4,096 bits, without leading zeros.
                let sound = (256..=512).contains(&n.len()) && n[0] != 0 && !e.is_empty() && e.len() <= 4 && e[0] != 0;
                if sound { Ok(Self::Rsa(RsaPublicKeyComponents { n, e })) } else { Err(Refusal::Algorithm) }
            }
            _ => Err(Refusal::Algorithm),
        }
    }

    fn of_curve(algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]) -> Result<Self, Refusal> {
        let key = ParsedPublicKey::new(algorithm, bytes).map_err(|_| Refusal::Malformed("the public key"))?;
        Ok(Self::Curve(key))
    }

    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let verified = match self {
            Self::Curve(key) => key.verify_sig(message, signature),
            Self::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        };
        verified.map_err(|_| Refusal::Signature)
    }
}

fn parameter(key: &CoseKey, label: i64) -> Option<&Value> {
    key.params.iter().find(|(name, _)| *name == Label::Int(label)).map(|(_, value)| value)
}

fn on_curve(key: &CoseKey, label: i64, curve: iana::EllipticCurve) -> Result<(), Refusal> {
    let found = parameter(key, label).and_then(Value::as_integer);
    if found == Some(curve.to_i64().into()) { Ok(()) } else { Err(Refusal::Algorithm) }
}

fn bytes_of(key: &CoseKey, label: i64) -> Result<Vec<u8>, Refusal> {
    parameter(key, label).and_then(Value::as_bytes).cloned().ok_or(Refusal::Malformed("the public key"))
}

/// 32 bytes on both curves.
fn coordinate(key: &CoseKey, label: i64) -> Result<Vec<u8>, Refusal> {
    bytes_of(key, label).and_then(|bytes| if bytes.len() == 32 { Ok(bytes) } else { Err(Refusal::Algorithm) })
}
