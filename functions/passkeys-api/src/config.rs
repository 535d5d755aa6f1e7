use sipstr_identity::Setup;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub identity: Setup,
    pub ceremonies_table: String,
    /// The domain that passkeys are bound to, for ever.
    pub rp_id: String,
    /// Pages and apps that may ask for a passkey, separated by commas.
    pub origins: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            identity: Setup::from_env()?,
            ceremonies_table: Env.required("TABLE_CEREMONIES")?,
            rp_id: Env.required("PASSKEY_RP_ID")?,
            origins: Env.required("PASSKEY_ORIGINS")?,
        })
    }
}
