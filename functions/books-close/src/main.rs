use books_close::{Config, State, close};
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("books-close");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    sipstr_runtime::run(|_: serde_json::Value| close(&state)).await
}
