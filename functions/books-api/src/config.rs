use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub books_table: String,
    pub orders_table: String,
    pub stores_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            books_table: Env.required("TABLE_BOOKS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            stores_table: Env.required("TABLE_STORES")?,
        })
    }
}
