//! Looks at what people upload and makes the pictures that are shown: decoded within bounds, turned upright, cut, written anew.
//!
//! A message that comes again finds the picture shown, or refused, and does nothing. The upload goes as soon as it was looked at.

mod config;
mod portraits;
mod products;

use aws_lambda_events::event::sqs::SqsMessage;
use sipstr_domain::catalog::ImageUpload;
use sipstr_domain::picture::{MOST_BYTES, Picture};
use sipstr_files::{FileError, Files};
use sipstr_runtime::{Aws, Clock, HandlerError, uploads};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::products::Products;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub accounts: Accounts,
    pub products: Products,
    pub files: Files,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, files: Files) -> Self {
        Self {
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            products: Products::new(aws.dynamodb(), &config.products_table),
            files,
        }
    }
}

pub async fn handle(message: SqsMessage, state: &State) -> Result<(), HandlerError> {
    for key in uploads(&message)? {
        uploaded(&key, state).await?;
    }
    Ok(())
}

async fn uploaded(key: &str, state: &State) -> Result<(), HandlerError> {
    // Keys are made by us; another is not ours.
    if let Some((user, picture)) = Picture::of_upload_key(key) {
        portraits::look(key, &user, &picture, state).await
    } else if let Some((product, picture)) = ImageUpload::of_key(key) {
        products::look(key, &product, &picture, state).await
    } else {
        Ok(())
    }
}

/// What was sent; `None` where a message that was not noted had it looked at before.
pub(crate) async fn sent(key: &str, files: &Files) -> Result<Option<Vec<u8>>, FileError> {
    match files.get(key, MOST_BYTES as usize).await {
        // Nothing of it is a picture then.
        Err(FileError::TooLarge(_)) => Ok(Some(Vec::new())),
        file => file,
    }
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_an_upload() {
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/aws/images-on-upload.s3.json")).unwrap();
        let keys = uploads(&batch.records[0]).unwrap();
        assert!(Picture::of_upload_key(&keys[0]).is_some());
    }
}
