use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub catalog_table: String,
    pub inventory_table: String,
    pub products_table: String,
    pub files_bucket: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            catalog_table: Env.required("TABLE_CATALOG")?,
            inventory_table: Env.required("TABLE_INVENTORY")?,
            products_table: Env.required("TABLE_PRODUCTS")?,
            files_bucket: Env.required("BUCKET_FILES")?,
        })
    }
}
