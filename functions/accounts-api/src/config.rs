use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub limits_table: String,
    pub settings_table: String,
    pub signing_key_secret: String,
    pub issuer: String,
    pub audience: String,
    /// Pages that may sign in with a cookie, separated by commas.
    pub web_origins: String,
    /// Whether staff, support and admins need two factors.
    pub staff_needs_two_factors: bool,
    /// Attempts in a quarter of an hour from one network.
    pub network_limit: u32,
    /// A service that knows whether a challenge was solved; empty for none.
    pub challenge_url: String,
    pub challenge_secret: Option<String>,
    /// A service that knows passwords of published breaches; empty for none.
    pub breach_url: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            settings_table: Env.required("TABLE_SETTINGS")?,
            signing_key_secret: Env.required("SECRET_JWT_SIGNING_KEY")?,
            issuer: Env.required("ISSUER")?,
            audience: Env.required("AUDIENCE")?,
            web_origins: Env.required("WEB_ORIGINS")?,
            staff_needs_two_factors: Env.parse("STAFF_NEEDS_TWO_FACTORS")?,
            network_limit: Env.parse("NETWORK_LIMIT")?,
            challenge_url: Env.required("CHALLENGE_URL").unwrap_or_default(),
            challenge_secret: Env.required("SECRET_CHALLENGE").ok(),
            breach_url: Env.required("BREACH_URL").unwrap_or_default(),
        })
    }
}
