use inventory_audit::{Config, State, audit};
use sipstr_runtime::{Aws, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("inventory-audit");
    let config = Config::from_env()?;
    let state = State::new(&config, &Aws::from_env()?);
    sipstr_runtime::run(|_: serde_json::Value| audit(&state)).await
}
