use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use base64::Engine;
use serde_json::Value;
use sipstr_http::Signer;
use sipstr_runtime::{Aws, Secrets};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::carts::Carts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::couriers::Couriers;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::notifications::Notifications;
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;
use sipstr_storage::products::Products;
use sipstr_storage::promotions::Promotions;
use sipstr_storage::stores::Stores;

use crate::{Api, Stack};

/// A running stack, and the strings behind it.
#[derive(Clone)]
pub struct World {
    pub stack: Stack,
    /// The public edge without a token.
    pub api: Api,
    pub client: reqwest::Client,
    pub db: sipstr_storage::Db,
    pub(crate) keys: Arc<Keys>,
}

/// The stack's own secrets, with which a test may sign what the stack would sign.
pub(crate) struct Keys {
    pub kid: String,
    pub private: jsonwebtoken::EncodingKey,
    pub signer: Signer,
    pub stripe_api_key: String,
    pub stripe_webhook_secret: String,
}

impl World {
    pub async fn new() -> Self {
        let stack = Stack::from_env();
        let credentials = Credentials::new("test", "test", None, None, "testkit");
        let aws = Aws::new(credentials, stack.region.clone(), Some(stack.aws.clone()));
        // Another test of this process may have been first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("a client");
        let keys = Keys::read(&Secrets::new(&aws), &stack.prefix).await;
        Self { api: Api::new(client.clone(), &stack.api), client, db: aws.dynamodb(), keys: Arc::new(keys), stack }
    }

    pub fn table(&self, name: &str) -> String {
        format!("{}-{name}", self.stack.prefix)
    }

    pub fn orders(&self) -> Orders {
        Orders::new(self.db.clone(), self.table("orders"))
    }

    pub fn inventory(&self) -> Inventory {
        Inventory::new(self.db.clone(), self.table("inventory"))
    }

    pub fn payments(&self) -> Payments {
        Payments::new(self.db.clone(), self.table("payments"))
    }

    pub fn carts(&self) -> Carts {
        Carts::new(self.db.clone(), self.table("carts"))
    }

    pub fn promotions(&self) -> Promotions {
        Promotions::new(self.db.clone(), self.table("promotions"))
    }

    pub(crate) fn notifications(&self) -> Notifications {
        Notifications::new(self.db.clone(), self.table("notifications"))
    }

    pub(crate) fn accounts(&self) -> Accounts {
        Accounts::new(self.db.clone(), self.table("accounts"))
    }

    pub(crate) fn stores(&self) -> Stores {
        Stores::new(self.db.clone(), self.table("stores"))
    }

    pub fn catalog(&self) -> Catalog {
        Catalog::new(self.db.clone(), self.table("catalog"))
    }

    pub fn products(&self) -> Products {
        Products::new(self.db.clone(), self.table("products"))
    }

    pub(crate) fn couriers(&self) -> Couriers {
        Couriers::new(self.db.clone(), self.table("couriers"))
    }

    /// Calls a function by itself, as a schedule would.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Value {
        let url = format!("{}/2015-03-31/functions/{}-{function}/invocations", self.stack.aws, self.stack.prefix);
        let request = self.client.post(url).header("authorization", self.scope("lambda"));
        let sent = request.json(payload).send().await;
        let response = sent.unwrap_or_else(|error| panic!("{function}: {error}"));
        let failed = response.headers().contains_key("x-amz-function-error");
        let text = response.text().await.unwrap_or_default();
        assert!(!failed, "{function} failed: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Who asks: the emulator reads account and region from it and checks no signature.
    pub(crate) fn scope(&self, service: &str) -> String {
        format!("AWS4-HMAC-SHA256 Credential=test/20260101/{}/{service}/aws4_request", self.stack.region)
    }

    /// Waits until something is so, for what follows events; fails after 30 s and says what was waited for.
    #[track_caller]
    pub fn eventually<'a, T, F, Fut>(&'a self, what: &'a str, mut look: F) -> impl Future<Output = T> + 'a
    where
        F: FnMut() -> Fut + 'a,
        Fut: Future<Output = Option<T>> + 'a,
    {
        let caller = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                assert!(started.elapsed() < Duration::from_secs(30), "{caller}: waited in vain for {what}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Keys {
    async fn read(secrets: &Secrets, prefix: &str) -> Self {
        let read = async |name: &str| -> Value {
            let name = format!("{prefix}/{name}");
            secrets.json(&name).await.unwrap_or_else(|error| panic!("{error}"))
        };
        let (jwt, app, stripe) = (read("jwt-signing-key").await, read("app-keys").await, read("stripe").await);
        let text = |value: &Value| value.as_str().expect("a text in the secret").to_owned();
        let app_key = base64::engine::general_purpose::STANDARD.decode(text(&app["current"])).expect("base64");
        Self {
            kid: text(&jwt["kid"]),
            private: jsonwebtoken::EncodingKey::from_rsa_pem(text(&jwt["privateKeyPem"]).as_bytes()).expect("a key"),
            signer: Signer::new(&app_key),
            stripe_api_key: text(&stripe["apiKey"]),
            stripe_webhook_secret: text(&stripe["webhookSecrets"][0]),
        }
    }
}
