use aws_lambda_events::event::sqs::SqsEvent;
use imports_run::{Config, State, on_event};
use sipstr_files::Files;
use sipstr_runtime::{Aws, Error, handle_batch};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("imports-run");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let state = State::new(&config, &aws, Files::new(&aws, &config.files_bucket)?);
    let state = &state;
    sipstr_runtime::run(
        move |batch: SqsEvent| async move { Ok(handle_batch(batch, |event| on_event(event, state)).await) },
    )
    .await
}
