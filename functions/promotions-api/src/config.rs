use sipstr_domain::compliance::LocalClock;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub catalog_table: String,
    pub inventory_table: String,
    pub promotions_table: String,
    pub stores_table: String,
    pub local_clock: LocalClock,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            promotions_table: Env.required("TABLE_PROMOTIONS")?,
            stores_table: Env.required("TABLE_STORES")?,
            local_clock: Env.local_clock()?,
        })
    }
}
