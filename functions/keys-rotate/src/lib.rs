//! Replaces the key that signs access tokens, a step an hour at the most.
//!
//! A key is published a day before it signs and for a week after, so that nobody who checks a token has to be told: neither
//! the gateway, which keeps the key set for two hours, nor an instance of a function, which reads it when it starts.

mod config;
mod key;
mod rotation;
mod vault;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};

use rotation::{NextKey, due};
use vault::{AwsVault, Vault};

pub use config::Config;
pub use rotation::Step;

#[derive(Debug, Clone)]
pub struct State {
    clock: Clock,
    vault: AwsVault,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), vault: AwsVault::new(config, aws) }
    }
}

/// The schedule says nothing: what is due follows from the keys.
#[derive(Debug, Deserialize)]
pub struct Trigger {}

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub step: Option<Step>,
}

pub async fn handle(state: &State) -> Result<Outcome, Error> {
    let step = step(&state.vault, state.clock.now()).await?;
    if let Some(step) = step {
        tracing::info!(?step, "the rotation of keys went on");
        count("key_rotation_steps", 1);
    }
    Ok(Outcome { step })
}

/// Does the step that is due. The secret is written before the key set where a private key would otherwise be lost, and
/// after it where it says that the key set was written.
async fn step(vault: &impl Vault, now: Timestamp) -> Result<Option<Step>, HandlerError> {
    let mut keys = vault.keys().await?;
    let step = due(&keys, now);
    match step {
        Some(Step::Date) => keys.since = Some(now),
        Some(Step::Prepare) => {
            keys.next = Some(NextKey { key: key::PrivateKey::generate()?, published_at: None });
        }
        Some(Step::Publish) => {
            let Some(next) = keys.next.as_mut() else { return Ok(None) };
            vault.publish(&next.key.jwk()?).await?;
            next.published_at = Some(now);
        }
        Some(Step::Promote) => keys = keys.promoted(now),
        Some(Step::Forget) => {
            let gone = keys.forgettable(now);
            vault.withdraw(&gone).await?;
            keys.retired.retain(|key| !gone.contains(&key.kid));
        }
        None => return Ok(None),
    }
    vault.keep(&keys).await?;
    Ok(step)
}

#[cfg(test)]
mod tests;
