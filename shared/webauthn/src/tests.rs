//! The specification's own vectors, and answers of an authenticator that a test bends.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use ciborium::{Value, cbor};
use proptest::prelude::*;
use serde_json::json;

use crate::authenticator_data::AuthenticatorData;
use crate::public_key::PublicKey;
use crate::*;

const ORIGIN: &str = "https://example.org";
const ID: &[u8] = b"a credential";

fn party() -> RelyingParty {
    RelyingParty::new("example.org", "Example")
}

fn ours(origin: &str) -> bool {
    origin == ORIGIN
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    name: String,
    credential_id: String,
    registration: Registration,
    authentication: Authentication,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    challenge: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    user_verified: bool,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    challenge: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
}

fn unhex(text: &str) -> Base64Url {
    Base64Url(hex::decode(text).unwrap())
}

fn registration_of(id: &Base64Url, client_data: &Base64Url, object: &Base64Url) -> RegistrationResponse {
    let response =
        json!({"clientDataJSON": client_data, "attestationObject": object, "transports": ["usb", "carrier"]});
    serde_json::from_value(json!({"id": id, "rawId": id, "type": "public-key", "response": response})).unwrap()
}

fn authentication_of(id: &Base64Url, client_data: &[u8], data: &[u8], signature: &[u8]) -> AuthenticationResponse {
    let [client_data, data, signature] = [client_data, data, signature].map(|bytes| Base64Url(bytes.to_vec()));
    let response = json!({"clientDataJSON": client_data, "authenticatorData": data, "signature": signature});
    serde_json::from_value(json!({"id": id, "type": "public-key", "response": response})).unwrap()
}

#[test]
fn the_vectors_of_the_specification() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../data/webauthn/vectors.json")).unwrap();
    for vector in &vectors {
        let Vector { name, credential_id, registration, authentication } = vector;
        let id = unhex(credential_id);
        let object = unhex(&registration.attestation_object);
        let made = registration_of(&id, &unhex(&registration.client_data), &object);
        assert_eq!(made.challenge().unwrap(), unhex(&registration.challenge), "{name}");
        let registered = party().register(&made, ours);
        if registration.user_verified {
            assert_eq!(registered.as_ref().map(|credential| (&credential.id, credential.sign_count)), Ok((&id, 0)));
            assert_eq!(registered.unwrap().transports, ["usb"]);
        } else {
            assert_eq!(registered, Err(Refusal::NotVerified), "{name}");
        }

        let (data, client_data) = (unhex(&authentication.authenticator_data), unhex(&authentication.client_data));
        let used = authentication_of(&id, &client_data.0, &data.0, &unhex(&authentication.signature).0);
        assert_eq!(used.challenge().unwrap(), unhex(&authentication.challenge), "{name}");
        let attested = attested_of(&object.0);
        let known = Known { id: &id.0, public_key: &attested, backup_eligible: true };
        assert_eq!(party().authenticate(&used, known, ours), Err(Refusal::NotVerified), "{name}");
        let signed = [&data.0[..], &sha256(&client_data.0)].concat();
        let key = PublicKey::parse(&attested).unwrap();
        key.verify(&signed, &unhex(&authentication.signature).0).unwrap();
        assert_eq!(key.verify(&signed[1..], &unhex(&authentication.signature).0), Err(Refusal::Signature));
    }
}

/// The public key in an attestation object.
fn attested_of(object: &[u8]) -> Vec<u8> {
    let value: Value = ciborium::from_reader(object).unwrap();
    let data = value.into_map().unwrap().into_iter().find(|(name, _)| name.as_text() == Some("authData")).unwrap().1;
    AuthenticatorData::parse(data.as_bytes().unwrap()).unwrap().attested.unwrap().public_key
}

/// An authenticator of each kind of key.
enum Key {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

fn keys() -> [Key; 3] {
    [
        Key::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()),
        Key::Ed25519(Ed25519KeyPair::generate().unwrap()),
        Key::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()),
    ]
}

impl Key {
    fn cose(&self) -> Vec<u8> {
        let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
        let value = match self {
            Self::Es256(pair) => {
                let point = pair.public_key().as_ref();
                cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(&point[1..33]), -3 => bytes(&point[33..])})
            }
            Self::Ed25519(pair) => cbor!({1 => 1, 3 => -8, -1 => 6, -2 => bytes(pair.public_key().as_ref())}),
            Self::Rs256(pair) => {
                let key = pair.public_key();
                let (n, e) = (key.modulus(), key.exponent());
                let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
                cbor!({1 => 3, 3 => -257, -1 => bytes(n), -2 => bytes(e)})
            }
        };
        let mut written = Vec::new();
        ciborium::into_writer(&value.unwrap(), &mut written).unwrap();
        written
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// What an authenticator and its browser say, before a test bends it.
#[derive(Clone)]
struct Story {
    kind: &'static str,
    origin: &'static str,
    cross_origin: bool,
    rp_id: &'static str,
    flags: u8,
}

const STORY: Story =
    Story { kind: "webauthn.get", origin: ORIGIN, cross_origin: false, rp_id: "example.org", flags: 0x05 };

impl Story {
    fn answer(&self, key: &Key) -> AuthenticationResponse {
        let challenge = Base64Url(b"a challenge".to_vec());
        let client_data = json!({
            "type": self.kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin,
        });
        let client_data = client_data.to_string().into_bytes();
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(7_u32.to_be_bytes());
        let signature = key.sign(&[&data[..], &sha256(&client_data)].concat());
        authentication_of(&Base64Url(ID.to_vec()), &client_data, &data, &signature)
    }

    fn tell(&self, key: &Key) -> Result<Asserted, Refusal> {
        let cose = key.cose();
        let known = Known { id: ID, public_key: &cose, backup_eligible: self.flags & 0x08 != 0 };
        party().authenticate(&self.answer(key), known, ours)
    }
}

#[test]
fn each_kind_of_key_signs_for_itself_alone() {
    let (keys, others) = (keys(), keys());
    for (key, other) in keys.iter().zip(&others) {
        assert_eq!(STORY.tell(key), Ok(Asserted { sign_count: 7, backed_up: false }));
        let cose = other.cose();
        let known = Known { id: ID, public_key: &cose, backup_eligible: false };
        assert_eq!(party().authenticate(&STORY.answer(key), known, ours), Err(Refusal::Signature));
    }
}

#[test]
fn what_is_not_as_it_was_asked_for_is_refused() {
    let [key, ..] = keys();
    for (story, refusal) in [
        (Story { kind: "webauthn.create", ..STORY }, Refusal::OtherCeremony),
        (Story { origin: "https://example.org.evil.example", ..STORY }, Refusal::ForeignOrigin),
        (Story { cross_origin: true, ..STORY }, Refusal::CrossOrigin),
        (Story { rp_id: "evil.example", ..STORY }, Refusal::OtherRelyingParty),
        (Story { flags: 0x04, ..STORY }, Refusal::NotPresent),
        (Story { flags: 0x01, ..STORY }, Refusal::NotVerified),
        (Story { flags: 0x15, ..STORY }, Refusal::Backup),
        (Story { flags: 0x45, ..STORY }, Refusal::Malformed("authenticatorData")),
        (Story { flags: 0x85, ..STORY }, Refusal::Malformed("authenticatorData")),
    ] {
        assert_eq!(story.tell(&key), Err(refusal));
    }
    let backed_up = Story { flags: 0x1d, ..STORY };
    assert_eq!(backed_up.tell(&key), Ok(Asserted { sign_count: 7, backed_up: true }));
    let cose = key.cose();
    let known = Known { id: ID, public_key: &cose, backup_eligible: false };
    assert_eq!(party().authenticate(&backed_up.answer(&key), known, ours), Err(Refusal::Backup));
    let another = Known { id: b"another", ..known };
    assert_eq!(party().authenticate(&STORY.answer(&key), another, ours), Err(Refusal::OtherCredential));
}

#[test]
fn keys_that_were_not_asked_for_are_refused() {
    let cose = |value: Value| {
        let mut written = Vec::new();
        ciborium::into_writer(&value, &mut written).unwrap();
        PublicKey::parse(&written).map(|_| ())
    };
    let bytes = |length: usize| Value::Bytes(vec![0x41; length]);
    let no_point = cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(32), -3 => bytes(32)}).unwrap();
    assert_eq!(cose(no_point), Err(Refusal::Malformed("the public key")), "it is not on the curve");
    for value in [
        cbor!({1 => 2, 3 => -35, -1 => 2, -2 => bytes(48), -3 => bytes(48)}),
        cbor!({1 => 2, 3 => -7, -1 => 2, -2 => bytes(32), -3 => bytes(32)}),
        cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(31), -3 => bytes(32)}),
        cbor!({1 => 3, 3 => -257, -1 => bytes(128), -2 => Value::Bytes(vec![1, 0, 1])}),
        cbor!({1 => 4, 3 => 5, -1 => bytes(32)}),
    ] {
        assert_eq!(cose(value.unwrap()), Err(Refusal::Algorithm));
    }
}

#[test]
fn a_counter_goes_up_or_never_moves() {
    for (stored, presented, sound) in
        [(0, 0, true), (0, 1, true), (5, 6, true), (5, 5, false), (5, 4, false), (5, 0, false)]
    {
        assert_eq!(counter_is_sound(stored, presented), sound, "{stored} {presented}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn garbage_is_refused_and_breaks_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let id = Base64Url(ID.to_vec());
        let any = Base64Url(bytes.clone());
        let client_data = Base64Url(json!({"type": "webauthn.create", "challenge": "", "origin": ORIGIN}).to_string().into_bytes());
        prop_assert!(party().register(&registration_of(&id, &client_data, &any), ours).is_err());
        prop_assert!(party().register(&registration_of(&id, &any, &any), ours).is_err());
        let known = Known { id: ID, public_key: &bytes, backup_eligible: false };
        prop_assert!(party().authenticate(&STORY.answer(&Key::Ed25519(Ed25519KeyPair::generate().unwrap())), known, ours).is_err());
    }

    #[test]
    fn no_changed_byte_goes_unnoticed(at in 0_usize..37, bit in 0_u32..8) {
        let key = Key::Ed25519(Ed25519KeyPair::generate().unwrap());
        let client_data = json!({"type": "webauthn.get", "challenge": "", "origin": ORIGIN}).to_string().into_bytes();
        let mut data = [&sha256(b"example.org")[..], &[0x05, 0, 0, 0, 7]].concat();
        let signature = key.sign(&[&data[..], &sha256(&client_data)].concat());
        data[at] ^= 1 << bit;
        let answer = authentication_of(&Base64Url(ID.to_vec()), &client_data, &data, &signature);
        let cose = key.cose();
        let known = Known { id: ID, public_key: &cose, backup_eligible: data[32] & 0x08 != 0 };
        prop_assert!(party().authenticate(&answer, known, ours).is_err());
    }
}
