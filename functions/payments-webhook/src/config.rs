use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub payments_table: String,
    pub stripe_secret: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { payments_table: Env.required("TABLE_PAYMENTS")?, stripe_secret: Env.required("SECRET_STRIPE")? })
    }
}
