use jiff::SignedDuration;
use sipstr_domain::compliance::LocalClock;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub orders_table: String,
    pub inventory_table: String,
    pub carts_table: String,
    pub promotions_table: String,
    pub credits_table: String,
    pub catalog_table: String,
    pub stores_table: String,
    pub accounts_table: String,
    pub audit_table: String,
    pub stripe_secret: String,
    pub stripe_url: String,
    /// How long bottles are kept for an order that is not paid.
    pub payment_window: SignedDuration,
    pub local_clock: LocalClock,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            orders_table: Env.required("TABLE_ORDERS")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            carts_table: Env.required("TABLE_CARTS")?,
            promotions_table: Env.required("TABLE_PROMOTIONS")?,
            credits_table: Env.required("TABLE_CREDITS")?,
            catalog_table: Env.required("TABLE_CATALOG")?,
            stores_table: Env.required("TABLE_STORES")?,
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            stripe_secret: Env.required("SECRET_STRIPE")?,
            stripe_url: Env.required("STRIPE_URL")?,
            payment_window: SignedDuration::from_secs(Env.parse::<u32>("PAYMENT_WINDOW_SECONDS")?.into()),
            local_clock: Env.local_clock()?,
        })
    }
}
