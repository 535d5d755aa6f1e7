//! Secrets from Secrets Manager, read when a function starts and kept in memory.

use serde::de::DeserializeOwned;

use crate::Aws;

#[derive(Debug, Clone)]
pub struct Secrets {
    client: aws_sdk_secretsmanager::Client,
}

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the secret {name} cannot be read: {reason}")]
    Unavailable { name: String, reason: String },
    #[error("the secret {name} cannot be written: {reason}")]
    NotWritten { name: String, reason: String },
    #[error("the secret {name} is not of the form that is expected")]
    Malformed { name: String },
}

impl Secrets {
    pub fn new(aws: &Aws) -> Self {
        Self { client: aws.secrets_manager() }
    }

    /// Reads a secret that holds a JSON object. Its text is in no error, because errors are logged.
    pub async fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, SecretError> {
        let sent = self.client.get_secret_value().secret_id(name).send().await;
        let value = sent.map_err(|error| SecretError::Unavailable {
            name: name.to_owned(),
            reason: aws_sdk_dynamodb::error::DisplayErrorContext(error).to_string(),
        })?;
        let text = value.secret_string().unwrap_or_default();
        serde_json::from_str(text).map_err(|_| SecretError::Malformed { name: name.to_owned() })
    }

    /// Writes a new version of a secret.
    pub async fn put(&self, name: &str, value: &serde_json::Value) -> Result<(), SecretError> {
        let sent = self.client.put_secret_value().secret_id(name).secret_string(value.to_string()).send().await;
        sent.map(|_| ()).map_err(|error| SecretError::NotWritten {
            name: name.to_owned(),
            reason: aws_sdk_dynamodb::error::DisplayErrorContext(error).to_string(),
        })
    }
}
