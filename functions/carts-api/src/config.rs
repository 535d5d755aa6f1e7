use sipstr_domain::compliance::LocalClock;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub carts_table: String,
    pub credits_table: String,
    pub catalog_table: String,
    pub inventory_table: String,
    pub stores_table: String,
    pub promotions_table: String,
    pub limits_table: String,
    /// Asked only whether a customer has bought before.
    pub orders_table: String,
    pub accounts_table: String,
    /// Guests' carts that one network may begin in a quarter of an hour.
    pub guest_carts: u32,
    pub local_clock: LocalClock,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            credits_table: Env.required("TABLE_CREDITS")?,
            carts_table: Env.required("TABLE_CARTS")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            stores_table: Env.required("TABLE_STORES")?,
            promotions_table: Env.required("TABLE_PROMOTIONS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            guest_carts: Env.parse("NETWORK_LIMIT")?,
            local_clock: Env.local_clock()?,
        })
    }
}
