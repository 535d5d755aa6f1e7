//! Notes that the file of an import was sent: the job waits no more, and the stream carries that it can begin.
//!
//! A message that comes again finds a job that does not wait, and does nothing.

mod config;

use aws_lambda_events::event::sqs::SqsMessage;
use serde::Deserialize;
use sipstr_domain::job::Job;
use sipstr_runtime::{Aws, Clock, HandlerError, count};
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

/// What S3 says; the message that it sends when the notification is set up has no records.
#[derive(Debug, Deserialize)]
struct Notification {
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Debug, Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    key: String,
}

pub async fn handle(message: SqsMessage, state: &State) -> Result<(), HandlerError> {
    let notification: Notification = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    for record in notification.records {
        // Keys are made by us, of letters that no notification escapes; another is not ours.
        let Some(id) = Job::of_upload_key(&record.s3.object.key) else { continue };
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
        let body = batch.records[0].body.as_deref().unwrap();
        let notification: Notification = serde_json::from_str(body).unwrap();
        assert!(Job::of_upload_key(&notification.records[0].s3.object.key).is_some());
        let test: Notification = serde_json::from_str(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#).unwrap();
        assert!(test.records.is_empty());
    }
}
