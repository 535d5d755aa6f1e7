//! Other identity providers, as a sign-in needs them.

mod apple;
mod calls;
mod discovery;
mod exchange;
mod facebook;
mod id_token;
mod keys;
mod social;

use std::fmt;
use std::str::FromStr;

use http::StatusCode;
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};
use sipstr_domain::StoreId;
use sipstr_domain::account::{Email, PersonName};
use sipstr_http::Problem;
use sipstr_outside::Forbidden;
use sipstr_storage::federation::IdentityKey;

pub use apple::name_of_form;
pub use calls::{Calls, json, send};
pub use discovery::Discovery;
pub use keys::Keys;
pub use social::Social;

/// `google`, `apple`, `facebook`, or the id of a store whose staff signs in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ProviderId {
    Google,
    Apple,
    Facebook,
    Store(StoreId),
}

impl FromStr for ProviderId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "google" => Ok(Self::Google),
            "apple" => Ok(Self::Apple),
            "facebook" => Ok(Self::Facebook),
            other => {
                other.parse().map(Self::Store).map_err(|_| "must be google, apple, facebook, or the id of a store")
            }
        }
    }
}

impl TryFrom<String> for ProviderId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> String {
        id.to_string()
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Google => "google",
            Self::Apple => "apple",
            Self::Facebook => "facebook",
            Self::Store(store) => store.as_str(),
        })
    }
}

impl ProviderId {
    pub fn store(&self) -> Option<&StoreId> {
        match self {
            Self::Store(store) => Some(store),
            _ => None,
        }
    }
}

/// A provider with which we are registered as a client.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: ProviderId,
    pub issuer: String,
    pub client_id: String,
    pub authorization_url: String,
    pub token_url: String,
    pub scope: &'static str,
    pub proof: ClientProof,
    pub tells: Tells,
    /// Whether it sends the browser back with a form, to us and not to a page.
    pub posts_back: bool,
    /// Whether it says who it is on the way back (RFC 9207).
    pub names_itself: bool,
}

/// How we prove to a provider that we are its client.
#[derive(Clone)]
pub enum ClientProof {
    SecretInBody(String),
    SecretInHeader(String),
    /// A token signed with a key of ours, made anew each time.
    AppleKey(apple::ClientKey),
}

impl fmt::Debug for ClientProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientProof(…)")
    }
}

/// How a provider tells who somebody is.
#[derive(Debug, Clone)]
pub enum Tells {
    /// By a signed token (OpenID Connect Core §2).
    IdToken { keys_url: String, algorithms: Vec<Algorithm> },
    /// By asking it with the access token, as Facebook has it.
    Profile { url: String },
}

/// Whom a provider vouches for.
pub struct Vouched {
    pub identity: IdentityKey,
    pub email: Option<Email>,
    /// Whether the provider says that the address is theirs. Never more than that: who is meant is the identity.
    pub email_verified: bool,
    /// Whether it says that it is not.
    pub email_denied: bool,
    pub name: Option<PersonName>,
    pub claims: serde_json::Map<String, serde_json::Value>,
}

impl fmt::Debug for Vouched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vouched(…)")
    }
}

/// Why a provider's answer leads to nobody. The caller learns which of the three it is, the log the rest.
#[derive(Debug, thiserror::Error)]
pub enum NotVouched {
    /// The provider does not take the code, or what it says does not hold.
    #[error("refused: {0}")]
    Refused(&'static str),
    #[error("unreachable: {0}")]
    Unreachable(String),
    #[error("an address is out of reach: {0}")]
    Forbidden(#[from] Forbidden),
}

impl From<reqwest::Error> for NotVouched {
    fn from(error: reqwest::Error) -> Self {
        // An address may hold a code or a token: without it.
        Self::Unreachable(error.without_url().to_string())
    }
}

impl From<NotVouched> for Problem {
    fn from(reason: NotVouched) -> Self {
        tracing::warn!(cause = %reason, "another provider vouches for nobody");
        sipstr_runtime::count("federated_sign_ins_failed", 1);
        match reason {
            NotVouched::Refused(_) => {
                Self::bad_request("invalid_sign_in", "the provider does not vouch for this sign-in: please begin again")
            }
            NotVouched::Unreachable(_) | NotVouched::Forbidden(_) => {
                let detail = "the provider does not answer: please try again in a moment";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "provider_unavailable", detail)
            }
        }
    }
}
