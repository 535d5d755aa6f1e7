use jiff::SignedDuration;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub carts_table: String,
    /// How long a cart lies still before it counts as abandoned.
    pub after: SignedDuration,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        let after = Env.parse::<u32>("ABANDONED_AFTER_SECONDS")?;
        Ok(Self { carts_table: Env.required("TABLE_CARTS")?, after: SignedDuration::from_secs(i64::from(after)) })
    }
}
