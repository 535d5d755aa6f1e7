//! Notes that the file of an import was sent: the job waits no more, and the stream carries that it can begin.
//!
//! A message that comes again finds a job that does not wait, and does nothing.

mod config;

use aws_lambda_events::event::sqs::SqsMessage;
use sipstr_domain::job::Job;
use sipstr_runtime::{Aws, Clock, HandlerError, count, uploads};
use sipstr_storage::jobs::{Jobs, Moved};

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub jobs: Jobs,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self { clock: Clock::system(), jobs: Jobs::new(aws.dynamodb(), &config.jobs_table) }
    }
}

pub async fn handle(message: SqsMessage, state: &State) -> Result<(), HandlerError> {
    for key in uploads(&message)? {
        // Keys are made by us; another is not ours.
        let Some(id) = Job::of_upload_key(&key) else { continue };
        let now = state.clock.now();
        if let Moved::Yes(_) = state.jobs.alter(&id, |job| job.sent(now)).await? {
            count("imports_sent", 1);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_an_upload() {
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/aws/imports-on-upload.s3.json")).unwrap();
        let keys = uploads(&batch.records[0]).unwrap();
        assert!(Job::of_upload_key(&keys[0]).is_some());
    }
}
