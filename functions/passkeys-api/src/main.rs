use passkeys_api::{Config, State, router};
use sipstr_identity::SigningKey;
use sipstr_runtime::{Access, Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("passkeys-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let secrets = Secrets::new(&aws);
    let (access, key) =
        tokio::join!(Access::load(&aws), secrets.json::<SigningKey>(&config.identity.signing_key_secret));
    let state = State::new(&config, &aws, access?, &key?)?;
    sipstr_runtime::serve(router(state)).await
}
