use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub stores_table: String,
    pub limits_table: String,
    pub signing_key_secret: String,
    pub issuer: String,
    pub audience: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            stores_table: Env.required("TABLE_STORES")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            signing_key_secret: Env.required("SECRET_JWT_SIGNING_KEY")?,
            issuer: Env.required("ISSUER")?,
            audience: Env.required("AUDIENCE")?,
        })
    }
}
