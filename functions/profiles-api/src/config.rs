use std::str::FromStr;

use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub limits_table: String,
    pub stores_table: String,
    pub catalog_table: String,
    pub inventory_table: String,
    pub files_bucket: String,
    /// Address of the map service; empty where there is none.
    pub maps_url: String,
    pub maps_secret: String,
    pub verifier: VerifierKind,
    pub verifier_secret: String,
    pub verifier_url: String,
    /// Where a person comes back to from the verifier.
    pub web_url: String,
}

/// Who looks at documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifierKind {
    Nobody,
    StripeIdentity,
}

#[derive(Debug, thiserror::Error)]
#[error("it is `stripe_identity` or `nobody`")]
pub struct UnknownVerifier;

impl FromStr for VerifierKind {
    type Err = UnknownVerifier;

    fn from_str(text: &str) -> Result<Self, UnknownVerifier> {
        match text {
            "nobody" => Ok(Self::Nobody),
            "stripe_identity" => Ok(Self::StripeIdentity),
            _ => Err(UnknownVerifier),
        }
    }
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            stores_table: Env.required("TABLE_STORES")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            maps_url: Env.required("MAPS_URL").unwrap_or_default(),
            maps_secret: Env.required("SECRET_MAPS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
            verifier: Env.parse("AGE_VERIFIER")?,
            verifier_secret: Env.required("SECRET_STRIPE")?,
            verifier_url: Env.required("STRIPE_URL")?,
            web_url: Env.required("WEB_URL")?,
        })
    }
}
