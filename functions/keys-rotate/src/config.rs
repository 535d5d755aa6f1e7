use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub settings_table: String,
    pub signing_key_secret: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            settings_table: Env.required("TABLE_SETTINGS")?,
            signing_key_secret: Env.required("SECRET_JWT_SIGNING_KEY")?,
        })
    }
}
