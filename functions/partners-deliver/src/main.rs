use partners_deliver::{Config, State, Trigger, handle};
use sipstr_runtime::{Aws, Error, load_signer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("partners-deliver");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let state = State::new(&config, &aws, load_signer(&aws).await?);
    sipstr_runtime::run(|trigger: Trigger| handle(trigger, &state)).await
}
