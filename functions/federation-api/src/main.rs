use federation_api::{Config, ProviderSecrets, State, router};
use sipstr_identity::SigningKey;
use sipstr_runtime::{Access, Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("federation-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let secrets = Secrets::new(&aws);
    let providers = async {
        // Where no provider is offered, nobody gave the secret a value.
        match config.federation.offers_any() {
            true => secrets.json::<ProviderSecrets>(&config.federation_secret).await,
            false => Ok(ProviderSecrets::default()),
        }
    };
    let signing = secrets.json::<SigningKey>(&config.identity.signing_key_secret);
    let (access, key, providers) = tokio::join!(Access::load(&aws), signing, providers);
    let state = State::new(&config, &aws, access?, &key?, &providers?)?;
    sipstr_runtime::serve(router(state)).await
}
