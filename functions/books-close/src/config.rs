use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub books_table: String,
    pub orders_table: String,
    pub payments_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            books_table: Env.required("TABLE_BOOKS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            payments_table: Env.required("TABLE_PAYMENTS")?,
        })
    }
}
