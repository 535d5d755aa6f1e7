use books_on_order::{Config, State, handle};
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("books-on-order");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    sipstr_runtime::consume(|event| handle(event, &state)).await
}
