use privacy_api::{Config, State, router};
use sipstr_files::Files;
use sipstr_runtime::{Access, Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("privacy-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let files = Files::new(&aws, &config.files_bucket)?;
    let state = State::new(&config, &aws, Access::load(&aws).await?, files);
    sipstr_runtime::serve(router(state)).await
}
