use std::time::Duration;

use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub catalog_table: String,
    pub jobs_table: String,
    pub products_table: String,
    pub stores_table: String,
    pub files_bucket: String,
    /// After so long the rest is handed over to another run.
    pub run_for: Duration,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            jobs_table: Env.required("TABLE_JOBS")?,
            products_table: Env.required("TABLE_PRODUCTS")?,
            stores_table: Env.required("TABLE_STORES")?,
            files_bucket: Env.required("BUCKET_FILES")?,
            run_for: Duration::from_secs(Env.parse("RUN_SECONDS")?),
        })
    }
}
