//! The providers' public keys, kept as long as this instance lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

use super::{Calls, NotVouched};

/// How long keys are taken without asking again: one that was withdrawn counts no longer than that.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// How often an unknown key makes us ask: anybody can make one up.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Providers that are kept in mind; with more of them the oldest are asked again.
const MOST_PROVIDERS: usize = 100;

#[derive(Debug, Clone, Default)]
pub struct Keys(Arc<Mutex<HashMap<String, Kept>>>);

#[derive(Debug, Clone)]
struct Kept {
    keys: Arc<JwkSet>,
    at: Timestamp,
}

impl Keys {
    /// The key that checks a token, by the id in its header, or the only one that fits where it names none.
    pub async fn find(
        &self,
        calls: &Calls,
        url: &str,
        id: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<DecodingKey, NotVouched> {
        let kept = self.0.lock().expect("nobody panics with it").get(url).cloned();
        if let Some(kept) = kept.filter(|kept| now < kept.at + LIFE) {
            match pick(&kept.keys, id, algorithm) {
                Some(key) => return decoding(key),
                None if now < kept.at + PAUSE => return Err(UNKNOWN),
                None => {}
            }
        }
        let keys: Arc<JwkSet> = Arc::new(calls.get_json(url).await?);
        let mut all = self.0.lock().expect("nobody panics with it");
        if all.len() >= MOST_PROVIDERS
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.at).map(|(url, _)| url.clone())
        {
            all.remove(&oldest);
        }
        all.insert(url.to_owned(), Kept { keys: keys.clone(), at: now });
        drop(all);
        decoding(pick(&keys, id, algorithm).ok_or(UNKNOWN)?)
    }
}

const UNKNOWN: NotVouched = NotVouched::Refused("no key of the provider fits");

fn decoding(key: &Jwk) -> Result<DecodingKey, NotVouched> {
    DecodingKey::from_jwk(key).map_err(|_| NotVouched::Refused("a key of the provider cannot be used"))
}

fn pick<'a>(keys: &'a JwkSet, id: Option<&str>, algorithm: Algorithm) -> Option<&'a Jwk> {
    let mut fitting = keys.keys.iter().filter(|key| fits(key, algorithm));
    match id {
        Some(id) => fitting.find(|key| key.common.key_id.as_deref() == Some(id)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}

/// A key of RSA checks RS256 and one of P-256 ES256; no key makes a secret of itself.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let family = match algorithm {
        Algorithm::RS256 => matches!(key.algorithm, AlgorithmParameters::RSA(_)),
        Algorithm::ES256 => matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_)),
        _ => false,
    };
    signs && family
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sipstr_outside::Reach;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn rsa(id: &str) -> serde_json::Value {
        json!({"kty": "RSA", "use": "sig", "kid": id, "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri", "e": "AQAB"})
    }

    #[tokio::test]
    async fn an_unknown_key_is_asked_for_once_a_minute_and_a_known_one_once_an_hour() {
        let server = MockServer::start().await;
        let set = ResponseTemplate::new(200).set_body_json(json!({"keys": [rsa("a")]}));
        Mock::given(any()).respond_with(set).mount(&server).await;
        let (keys, calls) = (Keys::default(), Calls::new(Reach::PublicAndLoopback));
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let (url, mut asked) = (server.uri(), Vec::new());
        for (seconds, id) in [(0, "a"), (1, "a"), (2, "b"), (59, "b"), (61, "b"), (62, "c"), (3_600, "a"), (3_700, "a")]
        {
            let now = start + SignedDuration::from_secs(seconds);
            let found = keys.find(&calls, &url, Some(id), Algorithm::RS256, now).await;
            assert_eq!(found.is_ok(), id == "a", "{seconds}");
            asked.push(server.received_requests().await.unwrap().len());
        }
        assert_eq!(asked, [1, 1, 1, 1, 2, 2, 2, 3]);
    }

    #[test]
    fn a_key_fits_its_own_algorithm_only() {
        let keys: JwkSet = serde_json::from_value(json!({"keys": [rsa("a"), rsa("b")]})).unwrap();
        assert!(pick(&keys, Some("a"), Algorithm::RS256).is_some());
        assert!(pick(&keys, Some("a"), Algorithm::ES256).is_none());
        assert!(pick(&keys, Some("a"), Algorithm::HS256).is_none());
        assert!(pick(&keys, None, Algorithm::RS256).is_none(), "of two none is meant");
    }
}
