//! The providers that the settings offer to everybody.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use sipstr_runtime::Error;

use super::apple::ClientKey;
use super::{ClientProof, Provider, ProviderId, Tells};
use crate::config::{Apple, Facebook, Federation, OpenId, ProviderSecrets};

#[derive(Debug, Clone)]
pub struct Social(Arc<[Provider]>);

impl Social {
    /// Fails where a provider is set and its secret is not: it would be offered, and let nobody in.
    pub fn new(settings: &Federation, secrets: &ProviderSecrets) -> Result<Self, Error> {
        let secret = |name: &str, secret: &Option<String>| {
            let secret = secret.clone().filter(|secret| !secret.is_empty());
            secret.ok_or_else(|| Error::from(format!("the secret of the provider {name} is missing")))
        };
        let mut all = Vec::new();
        if let Some(google) = &settings.google {
            all.push(of_google(google, secret("google", &secrets.google)?));
        }
        if let Some(apple) = &settings.apple {
            let key = ClientKey::new(&secret("apple", &secrets.apple)?, &apple.key_id, &apple.team_id);
            let key = key.map_err(|_| "the secret of the provider apple is not a private key of P-256 in PEM")?;
            all.push(of_apple(apple, key));
        }
        if let Some(facebook) = &settings.facebook {
            all.push(of_facebook(facebook, secret("facebook", &secrets.facebook)?));
        }
        Ok(Self(all.into()))
    }

    pub fn get(&self, id: &ProviderId) -> Option<Provider> {
        self.0.iter().find(|provider| provider.id == *id).cloned()
    }

    pub fn ids(&self) -> impl Iterator<Item = ProviderId> {
        self.0.iter().map(|provider| provider.id.clone())
    }
}

fn of_google(of: &OpenId, secret: String) -> Provider {
    Provider {
        id: ProviderId::Google,
        issuer: of.issuer.clone(),
        client_id: of.client_id.clone(),
        authorization_url: of.authorization_url.clone(),
        token_url: of.token_url.clone(),
        scope: "openid email profile",
        proof: ClientProof::SecretInBody(secret),
        tells: Tells::IdToken { keys_url: of.keys_url.clone(), algorithms: vec![Algorithm::RS256] },
        posts_back: false,
        names_itself: false,
    }
}

fn of_apple(of: &Apple, key: ClientKey) -> Provider {
    Provider {
        id: ProviderId::Apple,
        issuer: of.issuer.clone(),
        client_id: of.client_id.clone(),
        authorization_url: of.authorization_url.clone(),
        token_url: of.token_url.clone(),
        scope: "openid email name",
        proof: ClientProof::AppleKey(key),
        tells: Tells::IdToken { keys_url: of.keys_url.clone(), algorithms: vec![Algorithm::RS256, Algorithm::ES256] },
        // Where name and address are asked for, Apple sends a form.
        posts_back: true,
        names_itself: false,
    }
}

fn of_facebook(of: &Facebook, secret: String) -> Provider {
    Provider {
        id: ProviderId::Facebook,
        issuer: of.issuer.clone(),
        client_id: of.client_id.clone(),
        authorization_url: of.authorization_url.clone(),
        token_url: of.token_url.clone(),
        scope: "email public_profile",
        proof: ClientProof::SecretInBody(secret),
        tells: Tells::Profile { url: of.profile_url.clone() },
        posts_back: false,
        names_itself: false,
    }
}
