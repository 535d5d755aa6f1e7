use sipstr_domain::account::Email;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub notifications_table: String,
    pub accounts_table: String,
    pub carts_table: String,
    pub catalog_table: String,
    pub deliveries_table: String,
    pub orders_table: String,
    pub stores_table: String,
    pub mail_from: Email,
    pub api_url: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            notifications_table: Env.required("TABLE_NOTIFICATIONS")?,
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            carts_table: Env.required("TABLE_CARTS")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            deliveries_table: Env.required("TABLE_DELIVERIES")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            stores_table: Env.required("TABLE_STORES")?,
            api_url: Env.required("API_URL")?,
            mail_from: Env.parse("MAIL_FROM")?,
        })
    }
}
