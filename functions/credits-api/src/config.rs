use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub books_table: String,
    pub credits_table: String,
    pub limits_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            books_table: Env.required("TABLE_BOOKS")?,
            credits_table: Env.required("TABLE_CREDITS")?,
            limits_table: Env.required("TABLE_LIMITS")?,
        })
    }
}
