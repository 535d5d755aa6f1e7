//! Calls to services that are not ours.
//!
//! One client for all of them: its roots are bundled, so that a cold start reads no system files; it follows no redirect, which
//! could lead anywhere; and it knows no proxy, which an environment could smuggle in.

mod guarded;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use guarded::{Forbidden, Guarded, Reach};

/// A client that gives up after so long.
pub fn client(connect: Duration, in_all: Duration) -> reqwest::Client {
    builder(connect, in_all).build().expect("a client whose TLS is configured has nothing left that could fail")
}

/// A client that is made when it is first needed: most starts of a function end without a call to outside.
#[derive(Debug, Clone)]
pub struct Lazy {
    client: Arc<OnceLock<reqwest::Client>>,
    connect: Duration,
    in_all: Duration,
}

impl Lazy {
    pub fn new(connect: Duration, in_all: Duration) -> Self {
        Self { client: Arc::default(), connect, in_all }
    }

    pub fn get(&self) -> &reqwest::Client {
        self.client.get_or_init(|| client(self.connect, self.in_all))
    }
}

fn builder(connect: Duration, in_all: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls())
        .connect_timeout(connect)
        .timeout(in_all)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
}

/// The body of an answer, as long as it has no more bytes than this; `None` where it has.
pub async fn body_of(mut response: reqwest::Response, most: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the versions of TLS")
        .with_root_certificates(roots())
        .with_no_client_auth()
}

fn roots() -> rustls::RootCertStore {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_root_is_usable() {
        assert_eq!(roots().len(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
        client(Duration::from_secs(1), Duration::from_secs(2));
    }
}
