//! What the browser adds to what the authenticator signs (§5.8.1).

use serde::Deserialize;

use crate::{Base64Url, Refusal};

/// Members that are not here may come too: the specification reserves the right to add some.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    pub challenge: Base64Url,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

impl ClientData {
    pub fn parse(json: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(json).map_err(|_| Refusal::Malformed("clientDataJSON"))
    }

    /// Refuses answers to other questions, and from pages that are not ours or are shown inside of another's.
    pub fn check(&self, kind: &str, is_ours: impl Fn(&str) -> bool) -> Result<(), Refusal> {
        if self.kind != kind {
            return Err(Refusal::OtherCeremony);
        }
        if !is_ours(&self.origin) {
            return Err(Refusal::ForeignOrigin);
        }
        if self.cross_origin {
            return Err(Refusal::CrossOrigin);
        }
        Ok(())
    }
}
