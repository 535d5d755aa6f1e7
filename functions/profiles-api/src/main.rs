use profiles_api::{ApiKey, Config, Keys, State, router};
use sipstr_files::Files;
use sipstr_runtime::{Access, Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("profiles-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let secrets = Secrets::new(&aws);
    let (access, verifier, maps) = tokio::join!(
        Access::load(&aws),
        secrets.json::<ApiKey>(&config.verifier_secret),
        secrets.json::<ApiKey>(&config.maps_secret),
    );
    let keys = Keys { verifier: verifier?, maps: maps? };
    let files = Files::new(&aws, &config.files_bucket)?;
    sipstr_runtime::serve(router(State::new(&config, &aws, access?, files, &keys))).await
}
