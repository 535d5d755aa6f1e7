use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub accounts_table: String,
    pub audit_table: String,
    pub couriers_table: String,
    pub limits_table: String,
    pub orders_table: String,
    pub files_bucket: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            couriers_table: Env.required("TABLE_COURIERS")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            orders_table: Env.required("TABLE_ORDERS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
        })
    }
}
