use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub jobs_table: String,
    pub limits_table: String,
    pub files_bucket: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            jobs_table: Env.required("TABLE_JOBS")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
        })
    }
}
