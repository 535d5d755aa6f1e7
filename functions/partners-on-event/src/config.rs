use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub partners_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { partners_table: Env.required("TABLE_PARTNERS")? })
    }
}
