//! One file a command.

pub mod audit;
pub mod export;
pub mod import;
pub mod login;
pub mod stock;
pub mod transfers;

use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::Value;

use crate::client::Client;

/// Between two looks at a job.
const LOOK: Duration = Duration::from_millis(500);

/// Waits until a job is over, and shows how far it is.
async fn followed(client: &mut Client, path: &str, bar: &ProgressBar) -> anyhow::Result<Value> {
    loop {
        let job = client.get(path).await?;
        let (state, progress) = (job["state"].as_str().unwrap_or_default(), &job["progress"]);
        let rows = |name: &str| progress[name].as_u64().unwrap_or_default();
        bar.set_length(rows("changing"));
        bar.set_position(rows("applied"));
        bar.set_message(state.to_owned());
        if ["done", "failed", "cancelled"].contains(&state) {
            bar.finish_and_clear();
            return Ok(job);
        }
        tokio::time::sleep(LOOK).await;
    }
}
