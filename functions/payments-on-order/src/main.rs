use payments_on_order::{Config, State, handle};
use sipstr_payments::StripeKeys;
use sipstr_runtime::{Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("payments-on-order");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let stripe = Secrets::new(&aws).json::<StripeKeys>(&config.stripe_secret).await?;
    let state = State::new(&config, &aws, stripe);
    sipstr_runtime::consume(|event| handle(event, &state)).await
}
