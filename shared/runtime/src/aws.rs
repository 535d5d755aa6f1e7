//! The AWS clients of a function, over one HTTP client on bundled roots.
//!
//! Reading the system's trust store and the chain of credential providers is most of a Rust function's cold start, even
//! for plain HTTP. A function has its credentials and its region in the environment for its whole life, so both are read
//! from there and nowhere else.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_types::SdkConfig;

use crate::{Env, EnvError};

#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
    credentials: Credentials,
    region: String,
    endpoint: Option<String>,
}

impl Aws {
    pub fn from_env() -> Result<Self, EnvError> {
        let env = Env;
        let session = env.required("AWS_SESSION_TOKEN").ok();
        let id = env.required("AWS_ACCESS_KEY_ID")?;
        let credentials = Credentials::new(id, env.required("AWS_SECRET_ACCESS_KEY")?, session, None, "environment");
        let region = env.required("AWS_REGION").or_else(|_| env.required("AWS_DEFAULT_REGION"))?;
        let endpoint = env.required("AWS_ENDPOINT_URL").ok();
        Ok(Self::new(credentials, region, endpoint))
    }

    pub fn new(credentials: Credentials, region: String, endpoint: Option<String>) -> Self {
        let http = http_client(endpoint.as_deref());
        Self::over(http, credentials, region, endpoint)
    }

    /// The same over an HTTP client of the caller's: for tests that lose answers.
    pub fn over(http: SharedHttpClient, credentials: Credentials, region: String, endpoint: Option<String>) -> Self {
        // The SDK has no time-outs of its own; a call must end well before the function's 29 s do.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(8))
            .build();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            .http_client(http)
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(3));
        let config = match &endpoint {
            Some(endpoint) => config.endpoint_url(endpoint),
            None => config,
        };
        Self { config: config.build(), credentials, region, endpoint }
    }

    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Who we are, for what signs by itself; `Debug` of it hides what is secret.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    /// The emulator's address, where there is one.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config)
    }
}

/// Plain HTTP for an emulator on this machine, TLS on bundled roots otherwise.
fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    if endpoint.is_some_and(|address| address.starts_with("http://")) {
        return aws_smithy_http_client::Builder::new().build_http();
    }
    let mut roots = TrustStore::empty();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        roots = roots.with_pem_certificate(pem(certificate));
    }
    let context = TlsContext::builder().with_trust_store(roots).build().expect("the bundled roots are well-formed");
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc))
        .tls_context(context)
        .build_https()
}

fn pem(der: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").into_bytes()
}
