//! The API, as whoever signed in.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::keeping::{self, Kept};

pub struct Client {
    http: reqwest::Client,
    url: Option<String>,
    /// From the environment or the line; nothing refreshes it.
    given: Option<String>,
    kept: Option<Kept>,
}

/// What makes a request happen once.
#[derive(Debug, Clone, Copy)]
enum Condition<'a> {
    None,
    Key(&'a str),
    Version(u64),
}

/// What the API refused, with its code for programs.
#[derive(Debug)]
pub struct Refusal {
    pub problem: Value,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |name: &str| self.problem[name].as_str().unwrap_or_default().to_owned();
        write!(f, "{} ({})", text("detail"), text("code"))?;
        for error in self.problem["errors"].as_array().into_iter().flatten() {
            let part = |name: &str| error[name].as_str().unwrap_or_default();
            write!(f, "\n  {}: {}", part("pointer"), part("detail"))?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

impl Client {
    pub fn new(url: Option<String>, token: Option<String>) -> anyhow::Result<Self> {
        // A process has one; this is the first to ask.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http =
            reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).timeout(Duration::from_secs(120));
        let http = http.user_agent(concat!("sipstr/", env!("CARGO_PKG_VERSION"))).build()?;
        let kept = if token.is_none() { keeping::load()? } else { None };
        Ok(Self { http, url, given: token, kept })
    }

    pub fn url(&self) -> anyhow::Result<String> {
        let url = self.url.as_deref().or(self.kept.as_ref().map(|kept| kept.url.as_str()));
        let url = url.context("say where the API is: --url, SIPSTR_URL, or `sipstr login --url …` once")?;
        Ok(url.trim_end_matches('/').to_owned())
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None, Condition::None).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::PUT, path, Some(body), Condition::None).await
    }

    /// A POST under a key of its own, which stays the same where it is repeated.
    pub async fn post(&mut self, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let key = uuid::Uuid::now_v7().to_string();
        self.call(Method::POST, path, body, Condition::Key(&key)).await
    }

    /// A POST on what was read at a version.
    pub async fn post_at(&mut self, path: &str, version: u64, body: Value) -> anyhow::Result<Value> {
        self.call(Method::POST, path, Some(body), Condition::Version(version)).await
    }

    /// All pages of a list.
    pub async fn all(&mut self, path: &str) -> anyhow::Result<Vec<Value>> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        let joint = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(&format!("{path}{joint}limit=100{cursor}")).await?;
            items.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["nextCursor"].as_str() {
                // Cursors are made of letters that an address may have.
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Signs in and keeps the session.
    pub async fn sign_in(&mut self, email: &str, password: &str, code: Option<&str>) -> anyhow::Result<()> {
        let url = self.url()?;
        let mut session = self.open(&url, "/v1/auth/login", json!({"email": email, "password": password})).await?;
        if let Some(token) = session["secondFactorToken"].as_str() {
            let code = code.context("the account has a second factor: say its six digits with --code")?;
            let step = json!({"secondFactorToken": token, "factor": {"totp": code}});
            session = self.open(&url, "/v1/auth/second-factor", step).await?;
        }
        self.keep(url, &session)
    }

    /// Sends a file over a signed link.
    pub async fn upload(&self, place: &Value, file: Vec<u8>) -> anyhow::Result<()> {
        let mut put = self.http.put(place["url"].as_str().context("a link")?).body(file);
        for (name, value) in place["headers"].as_object().into_iter().flatten() {
            // The length follows from the file.
            if name != "content-length" {
                put = put.header(name, value.as_str().unwrap_or_default());
            }
        }
        let answer = put.send().await.context("sending the file")?;
        if !answer.status().is_success() {
            bail!("the store of files refused the file: {}", answer.status());
        }
        Ok(())
    }

    /// Fetches a file over a signed link.
    pub async fn download(&self, url: &Value) -> anyhow::Result<Vec<u8>> {
        let answer = self.http.get(url.as_str().context("there is no link to the file")?).send().await?;
        if !answer.status().is_success() {
            bail!("the store of files refuses to give the file: {}", answer.status());
        }
        Ok(answer.bytes().await?.to_vec())
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        condition: Condition<'_>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.url()?);
        let answer = self.request(method.clone(), &url, body.as_ref(), condition)?.send().await;
        let mut answer = answer.with_context(|| format!("calling {url}"))?;
        if answer.status() == StatusCode::UNAUTHORIZED && self.refresh().await? {
            answer = self.request(method, &url, body.as_ref(), condition)?.send().await?;
        }
        read(answer).await
    }

    fn request(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
        condition: Condition<'_>,
    ) -> anyhow::Result<RequestBuilder> {
        let kept = self.kept.as_ref().map(|kept| &kept.access_token);
        let token = self.given.as_ref().or(kept).context("sign in first: `sipstr login`, or SIPSTR_TOKEN")?;
        let request = self.http.request(method, url).bearer_auth(token);
        let request = match condition {
            Condition::None => request,
            Condition::Key(key) => request.header("idempotency-key", key),
            Condition::Version(version) => request.header("if-match", format!("\"{version}\"")),
        };
        Ok(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Renews the session that is kept; `false` where there is none that could be.
    async fn refresh(&mut self) -> anyhow::Result<bool> {
        let Some(kept) = self.kept.clone().filter(|_| self.given.is_none()) else { return Ok(false) };
        let body = json!({"refreshToken": kept.refresh_token});
        let session = self.open(&kept.url, "/v1/auth/refresh", body).await;
        let session = session.map_err(|error| error.context("the session is over: `sipstr login`"))?;
        self.keep(kept.url, &session)?;
        Ok(true)
    }

    async fn open(&self, url: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        let answer = self.http.post(format!("{url}{path}")).json(&body).send().await;
        read(answer.with_context(|| format!("calling {url}"))?).await
    }

    fn keep(&mut self, url: String, session: &Value) -> anyhow::Result<()> {
        let text = |name: &str| {
            let found = session[name].as_str().map(str::to_owned);
            found.ok_or_else(|| anyhow!("the API answered without {name}"))
        };
        let kept = Kept { url, access_token: text("accessToken")?, refresh_token: text("refreshToken")? };
        keeping::save(&kept)?;
        self.kept = Some(kept);
        Ok(())
    }
}

async fn read(answer: Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let bytes = answer.bytes().await?;
    if status.is_success() {
        return Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? });
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(problem) if problem["code"].is_string() => Err(Refusal { problem }.into()),
        _ => bail!("the API answered {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_was_wrong_and_where() {
        let problem = json!({
            "code": "invalid_request", "detail": "the request is not valid",
            "errors": [{"pointer": "/size", "detail": "must be from 1 to 20000000"}],
        });
        let text = Refusal { problem }.to_string();
        assert_eq!(text, "the request is not valid (invalid_request)\n  /size: must be from 1 to 20000000");
    }
}
