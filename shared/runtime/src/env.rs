//! Settings from the environment, read once; a function refuses to start on nonsense.

use std::str::FromStr;

use jiff::civil::Time;
use sipstr_domain::compliance::LocalClock;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvError {
    #[error("the setting {0} is missing")]
    Missing(&'static str),
    #[error("the setting {name} cannot be `{value}`: {reason}")]
    Invalid { name: &'static str, value: String, reason: String },
}

/// The environment that Terraform wrote.
#[derive(Debug, Clone, Copy, Default)]
pub struct Env;

impl Env {
    pub fn required(self, name: &'static str) -> Result<String, EnvError> {
        match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            _ => Err(EnvError::Missing(name)),
        }
    }

    pub fn parse<T>(self, name: &'static str) -> Result<T, EnvError>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let value = self.required(name)?;
        value.parse().map_err(|error: T::Err| EnvError::Invalid { name, value, reason: error.to_string() })
    }

    /// The clock of the law: the real one, unless a demo stack fixes the time of day.
    pub fn local_clock(self) -> Result<LocalClock, EnvError> {
        const NAME: &str = "LOCAL_TIME_OF_DAY";
        let Ok(value) = self.required(NAME) else { return Ok(LocalClock::default()) };
        if self.required("SIPSTR_ENV")? != "local" {
            let reason = "only a local stack may fix the time of day".to_owned();
            return Err(EnvError::Invalid { name: NAME, value, reason });
        }
        let time = value.parse::<Time>().map_err(|error| EnvError::Invalid {
            name: NAME,
            value,
            reason: error.to_string(),
        })?;
        Ok(LocalClock { fixed_time_of_day: Some(time) })
    }
}
