use payments_api::{Config, State, router};
use sipstr_payments::StripeKeys;
use sipstr_runtime::{Access, Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("payments-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let secrets = Secrets::new(&aws);
    let (access, stripe) = tokio::join!(Access::load(&aws), secrets.json::<StripeKeys>(&config.stripe_secret));
    sipstr_runtime::serve(router(State::new(&config, &aws, access?, stripe?))).await
}
