//! What an HTTP function needs to know who calls and to sign what leaves: read in parallel when it starts, which also
//! opens the connections of the first request.

use base64::Engine;
use serde::Deserialize;
use sipstr_http::{Signer, Verifier};
use sipstr_storage::settings::Settings;

use crate::{Aws, Env, Error, Secrets};

#[derive(Debug, Clone)]
pub struct Access {
    pub verifier: Verifier,
    pub signer: Signer,
}

#[derive(Deserialize)]
struct AppKeys {
    /// 32 random bytes, base64.
    current: String,
}

impl Access {
    pub async fn load(aws: &Aws) -> Result<Self, Error> {
        let env = Env;
        let (issuer, audience) = (env.required("ISSUER")?, env.required("AUDIENCE")?);
        let settings = Settings::new(aws.dynamodb(), env.required("TABLE_SETTINGS")?);
        let (jwks, signer) = tokio::join!(settings.get("jwks"), load_signer(aws));
        let jwks = jwks?.ok_or("the setting `jwks` has no value yet: the keys of this stack were not made")?;
        let verifier = Verifier::new(&jwks, &issuer, &audience)?;
        Ok(Self { verifier, signer: signer? })
    }
}

/// The signer alone, for a function that nobody calls over HTTP.
pub async fn load_signer(aws: &Aws) -> Result<Signer, Error> {
    let secret = Env.required("SECRET_APP_KEYS")?;
    let keys = Secrets::new(aws).json::<AppKeys>(&secret).await?;
    let key = base64::engine::general_purpose::STANDARD.decode(keys.current)?;
    if key.len() < 32 {
        return Err("the application's key must have at least 32 bytes".into());
    }
    Ok(Signer::new(&key))
}
