use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub deliveries_table: String,
    pub couriers_table: String,
    pub orders_table: String,
    pub stores_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            deliveries_table: Env.required("TABLE_DELIVERIES")?,
            couriers_table: Env.required("TABLE_COURIERS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            stores_table: Env.required("TABLE_STORES")?,
        })
    }
}
