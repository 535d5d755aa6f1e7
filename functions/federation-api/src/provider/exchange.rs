//! To a provider and back: the address that a browser is sent to, and a code that becomes a person.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::decode_header;
use serde::Deserialize;
use sipstr_storage::federation::{Ceremony, IdentityKey};

use super::calls::{json, send};
use super::id_token::{Expected, Said, believe};
use super::{Calls, ClientProof, Keys, NotVouched, Provider, Tells, Vouched};

#[derive(Deserialize)]
pub struct TokenAnswer {
    pub access_token: Option<String>,
    id_token: Option<String>,
}

impl Provider {
    /// Where the browser goes: a code is asked for, bound to this ceremony by state, nonce and PKCE (S256).
    pub fn authorization_url(&self, calls: &Calls, state: &str, ceremony: &Ceremony) -> Result<String, NotVouched> {
        let mut url = calls.0.check(&self.authorization_url)?;
        let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, ceremony.verifier.as_bytes()));
        let mut query = url.query_pairs_mut();
        query.append_pair("response_type", "code").append_pair("client_id", &self.client_id);
        query.append_pair("redirect_uri", &ceremony.redirect_uri).append_pair("scope", self.scope);
        query.append_pair("state", state).append_pair("nonce", &ceremony.nonce);
        query.append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
        if self.posts_back {
            query.append_pair("response_mode", "form_post");
        }
        drop(query);
        Ok(url.into())
    }

    /// Redeems a code, and looks at what the provider says of who brought it.
    pub async fn vouch(
        &self,
        calls: &Calls,
        keys: &Keys,
        ceremony: &Ceremony,
        code: &str,
        now: Timestamp,
    ) -> Result<Vouched, NotVouched> {
        let answer = self.redeem(calls, ceremony, code, now).await?;
        match &self.tells {
            Tells::Profile { url } => self.profile(calls, url, answer).await,
            Tells::IdToken { keys_url, algorithms } => {
                let token = answer.id_token.as_deref().ok_or(NotVouched::Refused("there is no id_token"))?;
                let header = decode_header(token).map_err(|_| NotVouched::Refused("the id_token is none"))?;
                if !algorithms.contains(&header.alg) {
                    return Err(NotVouched::Refused("the id_token is signed by another rule"));
                }
                let key = keys.find(calls, keys_url, header.kid.as_deref(), header.alg, now).await?;
                let expected = Expected {
                    issuer: &self.issuer,
                    client_id: &self.client_id,
                    nonce: &ceremony.nonce,
                    access_token: answer.access_token.as_deref(),
                    now,
                };
                Ok(self.vouched(believe(token, &key, header.alg, &expected)?))
            }
        }
    }

    async fn redeem(
        &self,
        calls: &Calls,
        ceremony: &Ceremony,
        code: &str,
        now: Timestamp,
    ) -> Result<TokenAnswer, NotVouched> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &ceremony.redirect_uri),
            ("client_id", &self.client_id),
            ("code_verifier", &ceremony.verifier),
        ];
        let mut request = calls.0.post(&self.token_url)?;
        let made;
        match &self.proof {
            ClientProof::SecretInBody(secret) => form.push(("client_secret", secret)),
            ClientProof::SecretInHeader(secret) => request = request.header("authorization", self.basic(secret)),
            ClientProof::AppleKey(key) => {
                made = key.client_secret(&self.client_id, &self.issuer, now)?;
                form.push(("client_secret", &made));
            }
        }
        json(send(request.form(&form)).await?).await
    }

    /// RFC 6749 §2.3.1: both parts are encoded as in a form before they are joined.
    fn basic(&self, secret: &str) -> String {
        let encoded = |text: &str| {
            let mut url = reqwest::Url::parse("https://encoded.invalid/").expect("an address");
            url.query_pairs_mut().append_pair("", text);
            url.query().unwrap_or_default().trim_start_matches('=').to_owned()
        };
        format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(&self.client_id), encoded(secret))))
    }

    fn vouched(&self, said: Said) -> Vouched {
        Vouched {
            identity: IdentityKey::new(self.id.store(), &self.issuer, &said.sub),
            email_verified: said.email_verified(),
            email_denied: said.email_denied(),
            email: said.email.as_deref().and_then(|email| email.parse().ok()),
            name: said.name.as_deref().and_then(|name| name.parse().ok()),
            claims: said.rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ProviderId;
    use sipstr_outside::Reach;

    fn provider() -> Provider {
        Provider {
            id: ProviderId::Google,
            issuer: "https://id.example".into(),
            client_id: "a client:1".into(),
            authorization_url: "https://id.example/auth?hd=x".into(),
            token_url: "https://id.example/token".into(),
            scope: "openid email",
            proof: ClientProof::SecretInHeader("p+w:d/ü".into()),
            tells: Tells::IdToken { keys_url: "https://id.example/keys".into(), algorithms: vec![] },
            posts_back: true,
            names_itself: false,
        }
    }

    #[test]
    fn the_browser_is_sent_with_a_challenge_and_without_the_verifier() {
        let ceremony = Ceremony {
            provider: "google".into(),
            nonce: "n".into(),
            // The pair of RFC 7636, appendix B.
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            redirect_uri: "https://www.sipstr.example/in?a=b&c".into(),
            return_to: String::new(),
            secret_hash: String::new(),
            links_to: None,
            told_name: None,
            expires_at: Timestamp::UNIX_EPOCH,
        };
        let url = provider().authorization_url(&Calls::new(Reach::Public), "s", &ceremony).unwrap();
        assert!(url.starts_with("https://id.example/auth?hd=x&response_type=code&client_id=a+client%3A1&"), "{url}");
        assert!(url.contains("redirect_uri=https%3A%2F%2Fwww.sipstr.example%2Fin%3Fa%3Db%26c&"), "{url}");
        assert!(url.contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"));
        assert!(url.contains("response_mode=form_post") && !url.contains("dBjft"), "{url}");
        let script = Provider { authorization_url: "javascript:alert(1)".into(), ..provider() };
        assert!(script.authorization_url(&Calls::new(Reach::Public), "s", &ceremony).is_err());
    }

    #[test]
    fn name_and_secret_are_encoded_before_they_are_joined() {
        let header = provider().basic("p+w:d/ü");
        let pair = STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(String::from_utf8(pair).unwrap(), "a+client%3A1:p%2Bw%3Ad%2F%C3%BC");
    }
}
