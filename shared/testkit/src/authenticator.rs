//! An authenticator in software, with the browser around it: what `navigator.credentials` would answer, and what somebody would
//! answer who bends it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::{Value as Cbor, cbor};
use serde_json::{Value, json};

const PRESENT_AND_VERIFIED: u8 = 0x05;
const ATTESTED: u8 = 0x40;

/// Holds one passkey that counts its signatures.
pub struct Authenticator {
    /// The page that the browser shows.
    pub origin: String,
    /// Of the next signature.
    pub counter: u32,
    /// Whether it verifies its holder.
    pub verifies: bool,
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user_handle: Option<String>,
}

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        let mut id = vec![0; 16];
        fill(&mut id).expect("random bytes");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { origin: origin.to_owned(), counter: 1, verifies: true, key, id, user_handle: None }
    }

    /// Makes a passkey as these options of `navigator.credentials.create` ask, with the attestation `none`.
    pub fn create(&mut self, options: &Value) -> Value {
        self.user_handle = Some(text(&options["user"]["id"]).to_owned());
        let mut data = self.data(text(&options["rp"]["id"]), ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("a short id").to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|bytes| Cbor::Bytes(bytes.to_vec()));
        data.extend(written(cbor!({1 => 2, 3 => -7, -1 => 1, -2 => x, -3 => y})));
        let object = written(cbor!({"fmt" => "none", "attStmt" => {}, "authData" => Cbor::Bytes(data)}));
        let client_data = self.client_data("webauthn.create", options);
        self.counter += 1;
        self.credential(json!({
            "clientDataJSON": base64(client_data.as_bytes()), "attestationObject": base64(&object),
            "transports": ["internal", "hybrid"],
        }))
    }

    /// Signs as these options of `navigator.credentials.get` ask.
    pub fn get(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(text(&options["rpId"]), 0);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.counter += 1;
        self.credential(json!({
            "clientDataJSON": base64(client_data.as_bytes()), "authenticatorData": base64(&data),
            "signature": base64(signature.as_ref()), "userHandle": self.user_handle,
        }))
    }

    /// As browsers write the id of the passkey.
    pub fn id(&self) -> String {
        base64(&self.id)
    }

    fn data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
        let person = if self.verifies { PRESENT_AND_VERIFIED } else { 0x01 };
        data.push(flags | person);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false})
            .to_string()
    }

    fn credential(&self, response: Value) -> Value {
        json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "response": response,
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
    }
}

fn written(value: Result<Cbor, ciborium::value::Error>) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&value.expect("a value"), &mut bytes).expect("it is written into memory");
    bytes
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().expect("a text in the options")
}
