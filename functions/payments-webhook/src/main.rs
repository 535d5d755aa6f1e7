use payments_webhook::{Config, State, router};
use sipstr_payments::StripeKeys;
use sipstr_runtime::{Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("payments-webhook");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let stripe = Secrets::new(&aws).json::<StripeKeys>(&config.stripe_secret).await?;
    sipstr_runtime::serve(router(State::new(&config, &aws, stripe))).await
}
