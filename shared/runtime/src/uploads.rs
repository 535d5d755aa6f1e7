//! What S3 tells a queue of new files.

use aws_lambda_events::event::sqs::SqsMessage;
use serde::Deserialize;

use crate::HandlerError;

/// The message that S3 sends when a notification is set up has no records.
#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The keys of the files that a message is about, as S3 escapes them: ours are of letters that it leaves as they are.
pub fn uploads(message: &SqsMessage) -> Result<Vec<String>, HandlerError> {
    let told: Notification = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    Ok(told.records.into_iter().map(|record| record.s3.object.key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> Result<Vec<String>, HandlerError> {
        let mut message = SqsMessage::default();
        message.body = Some(body.to_owned());
        uploads(&message)
    }

    #[test]
    fn a_message_names_its_files_and_the_first_of_all_none() {
        let of_two =
            r#"{"Records":[{"s3":{"object":{"key":"uploads/a"}}},{"s3":{"object":{"key":"uploads/b","size":3}}}]}"#;
        assert_eq!(told(of_two).unwrap(), ["uploads/a", "uploads/b"]);
        assert!(told(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#).unwrap().is_empty());
        assert!(told("no message").is_err());
    }
}
