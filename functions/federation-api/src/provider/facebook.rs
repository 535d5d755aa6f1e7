//! Facebook: OAuth 2 without an id_token. Who somebody is is asked for with the access token, which we prove to be ours
//! (`appsecret_proof`); an address is told and never vouched for.

use aws_lc_rs::hmac;
use serde::Deserialize;
use sipstr_storage::federation::IdentityKey;

use super::calls::{json, send};
use super::exchange::TokenAnswer;
use super::{Calls, ClientProof, NotVouched, Provider, Vouched};

#[derive(Deserialize)]
struct Profile {
    id: String,
    name: Option<String>,
    email: Option<String>,
}

impl Provider {
    pub(super) async fn profile(&self, calls: &Calls, url: &str, answer: TokenAnswer) -> Result<Vouched, NotVouched> {
        let token = answer.access_token.ok_or(NotVouched::Refused("there is no access token"))?;
        let ClientProof::SecretInBody(secret) = &self.proof else {
            return Err(NotVouched::Refused("there is no secret to prove the token with"));
        };
        let query = [("fields", "id,name,email"), ("appsecret_proof", &proof(secret, &token))];
        // In the header, because addresses are written down on the way.
        let request = calls.0.get(url)?.query(&query).bearer_auth(&token);
        let profile: Profile = json(send(request).await?).await?;
        if profile.id.is_empty() || profile.id.len() > 255 {
            return Err(NotVouched::Refused("the profile has no id"));
        }
        Ok(Vouched {
            identity: IdentityKey::new(self.id.store(), &self.issuer, &profile.id),
            email: profile.email.as_deref().and_then(|email| email.parse().ok()),
            email_verified: false,
            email_denied: false,
            name: profile.name.as_deref().and_then(|name| name.parse().ok()),
            claims: serde_json::Map::new(),
        })
    }
}

fn proof(secret: &str, token: &str) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_keyed_hash_of_the_token() {
        // RFC 4231, test case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(proof("Jefe", "what do ya want for nothing?"), expected);
    }
}
