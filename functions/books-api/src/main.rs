use books_api::{Config, State, router};
use sipstr_runtime::{Access, Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("books-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let access = Access::load(&aws).await?;
    sipstr_runtime::serve(router(State::new(&config, &aws, access))).await
}
