//! Whether a password stands in a published breach, asked by *k-anonymity*: the service learns five of the forty digits of
//! the password's hash, which hundreds of others share, and never the password
//! (<https://haveibeenpwned.com/API/v3#PwnedPasswords>).

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use sipstr_outside::Lazy;

/// A password is not waited for: registering goes on without the answer.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// A service that speaks the range protocol, or none.
#[derive(Debug, Clone, Default)]
pub struct Breaches(Option<Arc<Service>>);

#[derive(Debug)]
struct Service {
    http: Lazy,
    url: String,
}

impl Breaches {
    /// None where the address is empty.
    pub fn new(url: &str) -> Self {
        let service = Service { http: Lazy::new(PATIENCE, PATIENCE), url: url.trim_end_matches('/').to_owned() };
        Self((!url.is_empty()).then(|| Arc::new(service)))
    }

    /// Whether the password is known to be in a breach. A service that does not answer knows nothing.
    pub async fn have(&self, password: &str) -> bool {
        let Some(service) = &self.0 else { return false };
        let hash = hex::encode_upper(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()));
        let (range, rest) = hash.split_at(5);
        let http = service.http.get();
        let asked = http.get(format!("{}/range/{range}", service.url));
        let answer =
            match asked.header("add-padding", "true").send().await.and_then(reqwest::Response::error_for_status) {
                Ok(answer) => answer.text().await,
                Err(error) => Err(error),
            };
        match answer {
            Ok(lines) => lines.lines().any(|line| is_hit(line, rest)),
            Err(error) => {
                // The address holds five digits of a hash: without it.
                tracing::warn!(cause = %error.without_url(), "the breach service does not answer");
                sipstr_runtime::count("breach_checks_failed", 1);
                false
            }
        }
    }
}

/// `<35 digits>:<how often>`; padding has nought.
fn is_hit(line: &str, rest: &str) -> bool {
    line.trim().split_once(':').is_some_and(|(suffix, times)| suffix.eq_ignore_ascii_case(rest) && times != "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    async fn answering(template: ResponseTemplate) -> (MockServer, Breaches) {
        let server = MockServer::start().await;
        // SHA-1 of `password`: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8.
        Mock::given(method("GET")).and(path("/range/5BAA6")).respond_with(template).mount(&server).await;
        let breaches = Breaches::new(&server.uri());
        (server, breaches)
    }

    #[tokio::test]
    async fn only_five_digits_leave_and_the_rest_is_compared_here() {
        let lines = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\r\n";
        let (server, breaches) = answering(ResponseTemplate::new(200).set_body_string(lines)).await;
        assert!(breaches.have("password").await);
        assert!(!breaches.have("correct horse battery").await, "another range, of which the fake knows nothing");
        let asked = server.received_requests().await.unwrap();
        assert!(
            asked.iter().all(|request| request.url.path().len() == "/range/12345".len() && request.body.is_empty())
        );
    }

    #[tokio::test]
    async fn padding_is_no_hit_and_silence_no_refusal() {
        let padding = ResponseTemplate::new(200).set_body_string("1E4C9B93F3F0682250B6CF8331B7EE68FD8:0");
        assert!(!answering(padding).await.1.have("password").await);
        assert!(!answering(ResponseTemplate::new(503)).await.1.have("password").await);
        assert!(!Breaches::default().have("password").await);
    }
}
