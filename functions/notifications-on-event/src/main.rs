use std::sync::Arc;

use notifications_on_event::{Config, State, handle};
use sipstr_messaging::SesSender;
use sipstr_runtime::{Aws, Error, load_signer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("notifications-on-event");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let mail = SesSender::new(aws_sdk_sesv2::Client::new(aws.config()), &config.mail_from);
    let state = State::new(&config, &aws, load_signer(&aws).await?, Arc::new(mail));
    sipstr_runtime::consume(|event| handle(event, &state)).await
}
