use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub limits_table: String,
    pub ceremonies_table: String,
    pub signing_key_secret: String,
    pub issuer: String,
    pub audience: String,
    /// The domain that passkeys are bound to, for ever.
    pub rp_id: String,
    /// Pages and apps that may ask for a passkey, separated by commas.
    pub origins: String,
    /// Whether staff, support and admins need two factors.
    pub staff_needs_two_factors: bool,
    /// Attempts in a quarter of an hour from one network.
    pub network_limit: u32,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            ceremonies_table: Env.required("TABLE_CEREMONIES")?,
            signing_key_secret: Env.required("SECRET_JWT_SIGNING_KEY")?,
            issuer: Env.required("ISSUER")?,
            audience: Env.required("AUDIENCE")?,
            rp_id: Env.required("PASSKEY_RP_ID")?,
            origins: Env.required("PASSKEY_ORIGINS")?,
            staff_needs_two_factors: Env.parse("STAFF_NEEDS_TWO_FACTORS")?,
            network_limit: Env.parse("NETWORK_LIMIT")?,
        })
    }
}
