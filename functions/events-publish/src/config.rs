use sipstr_runtime::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Config {
    pub topic_arn: String,
}

impl Config {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { topic_arn: Env.required("TOPIC_EVENTS")? })
    }
}
