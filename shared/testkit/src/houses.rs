//! Other identity providers, as the browser that is sent to them sees them.

use std::collections::BTreeMap;

use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::{Api, World};

/// Where the local stack lets a sign-in end.
pub const WEB_PAGE: &str = "http://localhost:5173/signed-in";
pub const APP_PAGE: &str = "sipstr://signed-in";

/// A sign-in that has begun here and is on its way to a provider.
#[derive(Debug, Clone)]
pub struct Departure {
    pub url: Url,
    pub secret: String,
}

impl Departure {
    pub fn parameter(&self, name: &str) -> String {
        let found = self.url.query_pairs().find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("the address has no {name}: {}", self.url)).1.into_owned()
    }

    /// What a page that got this code finishes the sign-in with.
    pub fn back_with(&self, code: &str) -> Value {
        json!({"state": self.parameter("state"), "code": code, "secret": self.secret})
    }

    /// The order for the fake of a code that fits this departure; the claims have its nonce unless they have another.
    pub fn order(&self, mut claims: Value) -> Value {
        let nonce = self.parameter("nonce");
        claims.as_object_mut().expect("claims").entry("nonce").or_insert(nonce.into());
        let (redirect, challenge) = (self.parameter("redirect_uri"), self.parameter("code_challenge"));
        json!({"redirectUri": redirect, "challenge": challenge, "claims": claims})
    }
}

impl World {
    /// Begins a sign-in at a provider that ends at a page.
    pub async fn depart(&self, provider: &str) -> Departure {
        depart(&self.api, "/v1/auth/federation/start", provider).await
    }

    /// Begins to link a provider to the account of who is signed in.
    pub async fn depart_to_link(&self, api: &Api, provider: &str) -> Departure {
        depart(api, "/v1/me/links", provider).await
    }

    /// Lets the fake make a code, as ordered.
    pub async fn code(&self, order: &Value) -> String {
        let url = format!("{}/_config/codes", self.stack.identity);
        let sent = self.client.post(url).json(order).send().await.expect("the fake answers");
        let made: Value = sent.json().await.expect("JSON");
        made["code"].as_str().expect("a code").to_owned()
    }

    /// Goes to the real provider as a browser does, is who these claims say, and comes back with what the page gets.
    pub async fn visit_issuer(&self, departure: &Departure, person: &Value) -> Value {
        let mut url = departure.url.clone();
        url.query_pairs_mut().append_pair("login_hint", &person.to_string());
        let browser = reqwest::Client::builder().redirect(Policy::none()).build().expect("a browser");
        let mut cookies = BTreeMap::new();
        for _ in 0..10 {
            if url.as_str().starts_with(WEB_PAGE) {
                let mut back: Value = url.query_pairs().map(|(k, v)| (k.into_owned(), json!(v))).collect();
                back["secret"] = json!(departure.secret);
                return back;
            }
            let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let sent = browser.get(url.clone()).header("cookie", jar.join("; ")).send().await;
            let response = sent.expect("the provider answers");
            for line in response.headers().get_all("set-cookie") {
                let pair = line.to_str().expect("a cookie").split(';').next().unwrap_or_default();
                let (name, value) = pair.split_once('=').expect("a name and a value");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(next) = response.headers().get("location") else {
                panic!("{} leads nowhere: {}", url.path(), response.text().await.unwrap_or_default());
            };
            url = url.join(next.to_str().expect("an address")).expect("an address");
        }
        panic!("the provider sends the browser around in circles");
    }

    /// Puts a text into the names that the resolver of the stack knows.
    pub async fn put_record(&self, name: &str, text: &str) {
        let url = format!("{}/_config/records", self.stack.identity);
        let sent = self.client.post(url).json(&json!({"name": name, "text": text})).send().await;
        assert!(sent.expect("the resolver answers").status().is_success());
    }
}

async fn depart(api: &Api, path: &str, provider: &str) -> Departure {
    let started = api.post(path, json!({"provider": provider, "redirectUri": WEB_PAGE})).await.expect(201);
    let url = started["authorizationUrl"].as_str().expect("an address").parse().expect("an address");
    Departure { url, secret: started["secret"].as_str().expect("a secret").to_owned() }
}
