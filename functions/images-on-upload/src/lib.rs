//! Looks at what people upload and makes the pictures that are shown: decoded within bounds, turned upright, cut, written anew.
//!
//! A message that comes again finds the picture shown, or refused, and does nothing. The upload goes as soon as it was looked at.

mod config;

use aws_lambda_events::event::sqs::SqsMessage;
use serde::Deserialize;
use sipstr_domain::picture::{MOST_BYTES, Picture, PictureState, avatar_key};
use sipstr_files::{FileError, Files};
use sipstr_pictures::square;
use sipstr_runtime::{Aws, HandlerError, count};
use sipstr_storage::accounts::Accounts;

pub use config::Config;

/// Pixels of a portrait's side: twice what the largest place for one shows.
const PORTRAIT: u32 = 512;

#[derive(Debug, Clone)]
pub struct State {
    pub accounts: Accounts,
    pub files: Files,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, files: Files) -> Self {
        Self { accounts: Accounts::new(aws.dynamodb(), &config.accounts_table), files }
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
        uploaded(&record.s3.object.key, state).await?;
    }
    Ok(())
}

async fn uploaded(key: &str, state: &State) -> Result<(), HandlerError> {
    // Keys are made by us, of letters that no notification escapes; another is not ours.
    let Some((user, id)) = Picture::of_upload_key(key) else { return Ok(()) };
    let picture = state.accounts.picture(&user, &id).await?.filter(|picture| picture.state == PictureState::Waiting);
    let account = state.accounts.get(&user).await?;
    let (Some(picture), Some(account)) = (picture, account) else {
        return Ok(state.files.delete(key).await?);
    };
    let file = match state.files.get(key, MOST_BYTES as usize).await {
        Ok(Some(file)) => file,
        // Looked at before, by a message that was not noted.
        Ok(None) => return Ok(()),
        Err(FileError::TooLarge(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    match square(&file, PORTRAIT) {
        Ok(portrait) => {
            state.files.put(&avatar_key(&id), "image/jpeg", portrait).await?;
            if !state.accounts.show_picture(&account, &picture).await? {
                return Err("the account was changed meanwhile".into());
            }
            if let Some(old) = &account.avatar {
                state.files.delete(&avatar_key(old)).await?;
                state.accounts.forget_picture(&user, old).await?;
            }
            count("pictures_shown", 1);
        }
        Err(fault) => {
            tracing::info!(pictureId = %id, cause = %fault, "an upload is not shown");
            state.accounts.refuse_picture(&picture, fault).await?;
            count("pictures_refused", 1);
        }
    }
    Ok(state.files.delete(key).await?)
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_an_upload() {
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/aws/images-on-upload.s3.json")).unwrap();
        let body = batch.records[0].body.as_deref().unwrap();
        let notification: Notification = serde_json::from_str(body).unwrap();
        assert!(Picture::of_upload_key(&notification.records[0].s3.object.key).is_some());
        let test: Notification = serde_json::from_str(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#).unwrap();
        assert!(test.records.is_empty());
    }
}
