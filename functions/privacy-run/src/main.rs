use privacy_run::{Config, State, Trigger, handle};
use sipstr_files::Files;
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("privacy-run");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let state = State::new(&config, &aws, Files::new(&aws, &config.files_bucket)?);
    sipstr_runtime::run(|trigger: Trigger| handle(trigger, &state)).await
}
