use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub orders_table: String,
    pub deliveries_table: String,
    pub inventory_table: String,
    pub promotions_table: String,
    pub credits_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            orders_table: Env.required("TABLE_ORDERS")?,
            deliveries_table: Env.required("TABLE_DELIVERIES")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            promotions_table: Env.required("TABLE_PROMOTIONS")?,
            credits_table: Env.required("TABLE_CREDITS")?,
        })
    }
}
