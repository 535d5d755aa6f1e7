//! What the provider of a store says of itself (OpenID Connect Discovery 1.0 §4): asked for by its issuer, which an owner
//! chose, and believed only where it names that issuer itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use sipstr_storage::sign_on::SignOn;

use super::{Calls, ClientProof, NotVouched, Provider, ProviderId, Tells};

/// How long it is taken without asking again.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Issuers that are kept in mind; with more of them all are asked again.
const MOST_ISSUERS: usize = 100;

#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Discovery(Arc<Mutex<HashMap<String, (Metadata, Timestamp)>>>);

impl Discovery {
    pub async fn find(&self, calls: &Calls, issuer: &str, now: Timestamp) -> Result<Metadata, NotVouched> {
        let kept = self.0.lock().expect("nobody panics with it").get(issuer).cloned();
        if let Some((metadata, at)) = kept
            && now < at + LIFE
        {
            return Ok(metadata);
        }
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = calls.get_json(&url).await?;
        if metadata.issuer != issuer {
            return Err(NotVouched::Refused("the provider names another issuer"));
        }
        for address in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            calls.0.check(address)?;
        }
        let mut all = self.0.lock().expect("nobody panics with it");
        if all.len() >= MOST_ISSUERS {
            all.clear();
        }
        all.insert(issuer.to_owned(), (metadata.clone(), now));
        Ok(metadata)
    }
}

impl Metadata {
    /// The provider of a store, with the secret that the owner told.
    pub fn provider(self, of: &SignOn, secret: String) -> Provider {
        // The header is what the standard has where nothing is said.
        let methods = self.token_endpoint_auth_methods_supported.unwrap_or_default();
        let in_header = methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic");
        Provider {
            id: ProviderId::Store(of.store_id.clone()),
            issuer: self.issuer,
            client_id: of.client_id.clone(),
            authorization_url: self.authorization_endpoint,
            token_url: self.token_endpoint,
            scope: "openid email profile",
            proof: if in_header { ClientProof::SecretInHeader(secret) } else { ClientProof::SecretInBody(secret) },
            tells: Tells::IdToken { keys_url: self.jwks_uri, algorithms: vec![Algorithm::RS256, Algorithm::ES256] },
            posts_back: false,
            names_itself: self.authorization_response_iss_parameter_supported,
        }
    }
}
