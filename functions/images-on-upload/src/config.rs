use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub products_table: String,
    pub files_bucket: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            products_table: Env.required("TABLE_PRODUCTS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
        })
    }
}
