use sipstr_identity::Setup;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub identity: Setup,
    pub settings_table: String,
    /// Pages that may sign in with a cookie, separated by commas.
    pub web_origins: String,
    /// A service that knows whether a challenge was solved; empty for none.
    pub challenge_url: String,
    pub challenge_secret: Option<String>,
    /// A service that knows passwords of published breaches; empty for none.
    pub breach_url: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            identity: Setup::from_env()?,
            settings_table: Env.required("TABLE_SETTINGS")?,
            web_origins: Env.required("WEB_ORIGINS")?,
            challenge_url: Env.required("CHALLENGE_URL").unwrap_or_default(),
            challenge_secret: Env.required("SECRET_CHALLENGE").ok(),
            breach_url: Env.required("BREACH_URL").unwrap_or_default(),
        })
    }
}
