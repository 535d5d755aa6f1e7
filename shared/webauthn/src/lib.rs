//! The relying party's half of WebAuthn (W3C, Level 3): the options that a browser's `navigator.credentials` takes, and what
//! its answer proves.
//!
//! Nothing here reads a clock, a network or a table. A challenge is only handed on: the caller keeps it, and looks for it
//! under what [`RegistrationResponse::challenge`] or [`AuthenticationResponse::challenge`] says, so that an answer to a
//! challenge that nobody gave finds nothing.
//!
//! Attestation is not asked for and not looked at: any authenticator is as good as another, and who registers a key is signed in.

mod authentication;
mod authenticator_data;
mod bytes;
mod client_data;
mod public_key;
mod registration;
#[cfg(test)]
mod tests;

pub use authentication::{Asserted, AssertionOptions, AuthenticationResponse, Known};
pub use bytes::Base64Url;
pub use registration::{AttestationOptions, NewCredential, RegistrationResponse, UserEntity};

use aws_lc_rs::digest;

/// How long a person may take over a prompt, in milliseconds (Level 3, §15.1: recommended range and default).
const TIMEOUT_MILLIS: u32 = 300_000;

/// Who asks: passkeys are bound to its id for ever.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    id: String,
    name: String,
}

impl RelyingParty {
    /// The id is a domain: that of the pages, or one above it.
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned() }
    }

    fn id_hash(&self) -> [u8; 32] {
        sha256(self.id.as_bytes())
    }
}

/// Why an answer proves nothing. For logs and tests: who sent it learns only that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    #[error("it is the answer to another kind of question")]
    OtherCeremony,
    #[error("it comes from a page that is not ours")]
    ForeignOrigin,
    #[error("it comes from a frame in another's page")]
    CrossOrigin,
    #[error("it is for another relying party")]
    OtherRelyingParty,
    #[error("nobody was there")]
    NotPresent,
    #[error("the authenticator did not verify its holder")]
    NotVerified,
    #[error("what it says of its backup contradicts itself")]
    Backup,
    #[error("the key is of a kind that was not asked for")]
    Algorithm,
    #[error("the credential has another id")]
    OtherCredential,
    #[error("the signature is not of this key")]
    Signature,
}

/// Whether a signature counter moved as one key's does: up, or never at all, as with passkeys that are synchronised. One that
/// does not was copied (§6.1.1).
pub const fn counter_is_sound(stored: u32, presented: u32) -> bool {
    presented > stored || (presented == 0 && stored == 0)
}

/// A credential that a browser shall offer, or shall not make again.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct Descriptor {
    /// Always `public-key`.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Base64Url,
    /// Ways to reach the authenticator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
}

impl Descriptor {
    pub fn new(id: Base64Url, transports: Vec<String>) -> Self {
        Self { kind: PUBLIC_KEY, id, transports }
    }
}

const PUBLIC_KEY: &str = "public-key";

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}
