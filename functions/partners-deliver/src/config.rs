use sipstr_outside::Reach;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub partners_table: String,
    pub reach: Reach,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            partners_table: Env.required("TABLE_PARTNERS")?,
            reach: Reach::of_environment(&Env.required("SIPSTR_ENV")?),
        })
    }
}
