use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub carts_table: String,
    pub couriers_table: String,
    pub credits_table: String,
    pub deliveries_table: String,
    pub notifications_table: String,
    pub orders_table: String,
    pub payments_table: String,
    pub files_bucket: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            carts_table: Env.required("TABLE_CARTS")?,
            couriers_table: Env.required("TABLE_COURIERS")?,
            credits_table: Env.required("TABLE_CREDITS")?,
            deliveries_table: Env.required("TABLE_DELIVERIES")?,
            notifications_table: Env.required("TABLE_NOTIFICATIONS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            payments_table: Env.required("TABLE_PAYMENTS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
        })
    }
}
