//! What Terraform and the secret say of the providers. Their addresses are settings, so that fakes can stand in for them.

use serde::Deserialize;
use sipstr_identity::Setup;
use sipstr_outside::Reach;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub identity: Setup,
    pub ceremonies_table: String,
    pub stores_table: String,
    pub federation_secret: String,
    /// Pages that may sign in with a cookie, separated by commas.
    pub web_origins: String,
    pub federation: Federation,
    pub reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federation {
    /// Pages and apps that a sign-in may end at, to the letter.
    pub redirects: Vec<String>,
    pub google: Option<OpenId>,
    pub apple: Option<Apple>,
    pub facebook: Option<Facebook>,
    /// A resolver of names over HTTPS that answers in JSON.
    pub resolver: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenId {
    pub client_id: String,
    pub issuer: String,
    pub authorization_url: String,
    pub token_url: String,
    pub keys_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apple {
    pub client_id: String,
    pub team_id: String,
    pub key_id: String,
    pub issuer: String,
    pub authorization_url: String,
    pub token_url: String,
    pub keys_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facebook {
    pub client_id: String,
    pub issuer: String,
    pub authorization_url: String,
    pub token_url: String,
    pub profile_url: String,
}

/// The secret half: a text for each provider that is offered.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSecrets {
    pub google: Option<String>,
    /// The private key of Sign in with Apple: PKCS#8 in PEM.
    pub apple: Option<String>,
    pub facebook: Option<String>,
}

impl Federation {
    pub fn offers_any(&self) -> bool {
        self.google.is_some() || self.apple.is_some() || self.facebook.is_some()
    }
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            identity: Setup::from_env()?,
            ceremonies_table: Env.required("TABLE_CEREMONIES")?,
            stores_table: Env.required("TABLE_STORES")?,
            federation_secret: Env.required("SECRET_FEDERATION")?,
            web_origins: Env.required("WEB_ORIGINS")?,
            federation: federation(Env.required("FEDERATION")?)?,
            reach: Reach::of_environment(&Env.required("SIPSTR_ENV")?),
        })
    }
}

fn federation(value: String) -> Result<Federation, EnvError> {
    serde_json::from_str(&value).map_err(|error| EnvError::Invalid {
        name: "FEDERATION",
        reason: error.to_string(),
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_is_not_set_is_not_offered() {
        let none = r#"{"redirects":[],"google":null,"apple":null,"facebook":null,"resolver":"https://dns.example"}"#;
        assert!(!federation(none.to_owned()).unwrap().offers_any());
        assert!(federation(none.replace("redirects", "redirect")).is_err());
    }
}
