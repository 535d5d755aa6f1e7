use lots_tell::{Config, State, Trigger, handle};
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("lots-tell");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    sipstr_runtime::run(|trigger: Trigger| handle(trigger, &state)).await
}
