use sipstr_domain::compliance::LocalClock;
use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub stores_table: String,
    /// The clock that opening hours are judged by.
    pub local_clock: LocalClock,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { stores_table: Env.required("TABLE_STORES")?, local_clock: Env.local_clock()? })
    }
}
