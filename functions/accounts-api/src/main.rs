use accounts_api::{Config, State, router};
use serde::Deserialize;
use sipstr_identity::{Challenges, SigningKey};
use sipstr_runtime::{Access, Aws, Error, Secrets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("accounts-api");
    let config = Config::from_env()?;
    let aws = Aws::from_env()?;
    let secrets = Secrets::new(&aws);
    let (access, key, challenges) = tokio::join!(
        Access::load(&aws),
        secrets.json::<SigningKey>(&config.identity.signing_key_secret),
        challenges(&config, &secrets),
    );
    let state = State::new(&config, &aws, access?, &key?, challenges?)?;
    sipstr_runtime::serve(router(state)).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChallengeKey {
    secret: String,
}

/// The service of challenges, where one is set.
async fn challenges(config: &Config, secrets: &Secrets) -> Result<Challenges, Error> {
    let Some(name) = config.challenge_secret.as_deref().filter(|_| !config.challenge_url.is_empty()) else {
        return Ok(Challenges::default());
    };
    let key: ChallengeKey = secrets.json(name).await?;
    Ok(Challenges::new(&config.challenge_url, &key.secret))
}
