//! Where the keys lie: the private ones in Secrets Manager, the public ones in the settings.

use serde_json::{Value, json};
use sipstr_runtime::{Aws, HandlerError, Secrets};
use sipstr_storage::settings::Settings;

use crate::config::Config;
use crate::rotation::Keys;

pub trait Vault {
    async fn keys(&self) -> Result<Keys, HandlerError>;
    async fn keep(&self, keys: &Keys) -> Result<(), HandlerError>;
    /// Shows a public key, unless it is shown already.
    async fn publish(&self, jwk: &Value) -> Result<(), HandlerError>;
    /// Takes public keys away.
    async fn withdraw(&self, kids: &[String]) -> Result<(), HandlerError>;
}

#[derive(Debug, Clone)]
pub struct AwsVault {
    secrets: Secrets,
    secret: String,
    settings: Settings,
}

impl AwsVault {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            secrets: Secrets::new(aws),
            secret: config.signing_key_secret.clone(),
            settings: Settings::new(aws.dynamodb(), &config.settings_table),
        }
    }

    /// Changes the key set on condition that nobody else did meanwhile; the next run tries again.
    async fn change(&self, change: impl FnOnce(&mut Vec<Value>)) -> Result<(), HandlerError> {
        let before = self.settings.get("jwks").await?.ok_or("the setting `jwks` has no value")?;
        let mut set: Value = serde_json::from_str(&before)?;
        let keys = set["keys"].as_array_mut().ok_or("the setting `jwks` is no key set")?;
        change(keys);
        let after = set.to_string();
        if before != after && !self.settings.replace("jwks", &before, &after).await? {
            return Err("the key set was changed meanwhile".into());
        }
        Ok(())
    }
}

impl Vault for AwsVault {
    async fn keys(&self) -> Result<Keys, HandlerError> {
        Ok(self.secrets.json(&self.secret).await?)
    }

    async fn keep(&self, keys: &Keys) -> Result<(), HandlerError> {
        Ok(self.secrets.put(&self.secret, &json!(keys)).await?)
    }

    async fn publish(&self, jwk: &Value) -> Result<(), HandlerError> {
        self.change(|keys| {
            if !keys.iter().any(|key| key["kid"] == jwk["kid"]) {
                keys.push(jwk.clone());
            }
        })
        .await
    }

    async fn withdraw(&self, kids: &[String]) -> Result<(), HandlerError> {
        self.change(|keys| keys.retain(|key| !kids.iter().any(|kid| key["kid"] == kid.as_str()))).await
    }
}
