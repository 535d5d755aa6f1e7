use events_publish::{Config, State, handle};
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("events-publish");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    sipstr_runtime::run(|batch| handle(batch, &state)).await
}
