use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub inventory_table: String,
    pub catalog_table: String,
    pub stores_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            stores_table: Env.required("TABLE_STORES")?,
        })
    }
}
