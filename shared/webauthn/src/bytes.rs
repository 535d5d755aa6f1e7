use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Bytes as WebAuthn writes them in JSON: base64url without padding.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "AAECAwQFBgcICQoLDA0ODw")]
pub struct Base64Url(pub Vec<u8>);

#[derive(Debug, thiserror::Error)]
#[error("must be base64url without padding")]
pub struct NotBase64Url;

impl Base64Url {
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for Base64Url {
    type Error = NotBase64Url;

    fn try_from(text: String) -> Result<Self, NotBase64Url> {
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(|_| NotBase64Url)
    }
}

impl From<Base64Url> for String {
    fn from(bytes: Base64Url) -> Self {
        bytes.to_string()
    }
}

impl fmt::Display for Base64Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

/// Answers of authenticators are proofs of who somebody is: none reaches a log.
impl fmt::Debug for Base64Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64Url({} bytes)", self.0.len())
    }
}
