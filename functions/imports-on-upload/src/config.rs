use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub jobs_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { jobs_table: Env.required("TABLE_JOBS")? })
    }
}
