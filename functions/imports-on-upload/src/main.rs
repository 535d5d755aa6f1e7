use aws_lambda_events::event::sqs::SqsEvent;
use imports_on_upload::{Config, State, handle};
use sipstr_runtime::{Aws, Error, handle_messages};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("imports-on-upload");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    let state = &state;
    sipstr_runtime::run(move |batch: SqsEvent| async move {
        Ok(handle_messages(batch, |message| handle(message, state)).await)
    })
    .await
}
