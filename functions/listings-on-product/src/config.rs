use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub catalog_table: String,
    pub products_table: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { catalog_table: Env.required("TABLE_CATALOG")?, products_table: Env.required("TABLE_PRODUCTS")? })
    }
}
