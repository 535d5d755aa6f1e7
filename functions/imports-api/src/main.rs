use imports_api::{Config, State, router};
use sipstr_files::Files;
use sipstr_runtime::{Access, Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("imports-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let access = Access::load(&aws).await?;
    let files = Files::new(&aws, &config.files_bucket)?;
    sipstr_runtime::serve(router(State::new(&config, &aws, access, files))).await
}
