//! How a refresh token travels: in the body for apps, which have a safe place of their own, and in a cookie for browsers, where
//! no script can read it.
//!
//! The cookie has the prefix `__Host-`, so that no other host and no plain connection can set it, and `SameSite=Strict`. A
//! request that brings it must come from a page of ours, by its `Origin`.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use sipstr_http::{ApiResult, Problem};

use crate::sign_in::SignedIn;
use crate::token::Tokens;

const REFRESH: HostCookie = HostCookie("__Host-sipstr-refresh");

/// Where a client wants its refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    #[default]
    Body,
    /// For browsers: `__Host-sipstr-refresh`, out of reach of scripts.
    Cookie,
}

/// The pages that a browser may sign in from.
#[derive(Debug, Clone)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// Separated by commas. `*` stands for pages on this machine, for a local stack.
    pub fn new(list: &str) -> Self {
        Self(list.split(',').map(|origin| origin.trim().to_owned()).filter(|origin| !origin.is_empty()).collect())
    }

    /// Whether this is a page of ours.
    pub fn allow(&self, origin: &str) -> bool {
        let local = ["http://localhost:", "http://127.0.0.1:"].iter().any(|host| {
            origin.strip_prefix(host).is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
        });
        self.0.iter().any(|ours| ours == origin || (ours == "*" && local))
    }
}

/// A refresh token as it came.
pub struct Presented {
    pub token: String,
    pub carrier: Carrier,
}

impl Presented {
    /// Takes the token from the body, or else from the cookie of a page of ours.
    pub fn find(body: Option<String>, headers: &HeaderMap, origins: &Origins) -> ApiResult<Option<Self>> {
        if let Some(token) = body {
            return Ok(Some(Self { token, carrier: Carrier::Body }));
        }
        let found = REFRESH.find(headers, origins)?;
        Ok(found.map(|token| Self { token, carrier: Carrier::Cookie }))
    }
}

/// A cookie that this host alone sets and reads, out of reach of scripts, and that counts only with a page of ours.
#[derive(Debug, Clone, Copy)]
pub struct HostCookie(pub &'static str);

impl HostCookie {
    /// What it holds; 403 where a page that is not ours sent it.
    pub fn find(self, headers: &HeaderMap, origins: &Origins) -> ApiResult<Option<String>> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let Some((_, value)) = pairs.find(|(name, _)| *name == self.0) else { return Ok(None) };
        let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !origins.allow(origin) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "this page may not use the session"));
        }
        Ok(Some(value.to_owned()))
    }

    /// The answer with this value in the cookie; nought seconds make the browser forget it.
    pub fn put(self, mut response: Response, value: &str, seconds: i64) -> Response {
        let cookie = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}", self.0);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

/// Makes the browser forget the token.
pub fn forgetting(response: impl IntoResponse) -> Response {
    REFRESH.put(response.into_response(), "", 0)
}

impl SignedIn {
    /// The answer, with the refresh token where the client wants it.
    pub fn carried_by(self, carrier: Carrier, status: StatusCode) -> Response {
        match (self, carrier) {
            (Self::Tokens(tokens), Carrier::Cookie) => in_cookie(tokens, status),
            (answer, _) => (status, Json(answer)).into_response(),
        }
    }
}

fn in_cookie(mut tokens: Tokens, status: StatusCode) -> Response {
    let token = tokens.refresh_token.take().unwrap_or_default();
    let seconds = tokens.refresh_expires_in;
    REFRESH.put((status, Json(tokens)).into_response(), &token, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_cookie_counts_only_with_a_page_of_ours() {
        let origins = Origins::new("https://sipstr.example, https://admin.sipstr.example");
        let cookie = "a=1; __Host-sipstr-refresh=token; b=2";
        let find = |origin: &str| {
            let headers = headers(&[(header::COOKIE, cookie), (header::ORIGIN, origin)]);
            Presented::find(None, &headers, &origins).map(|found| found.unwrap().token).map_err(|p| p.code)
        };
        assert_eq!(find("https://sipstr.example"), Ok("token".to_owned()));
        for foreign in ["https://sipstr.example.evil.example", "http://sipstr.example", "null", "http://localhost:5173"]
        {
            assert_eq!(find(foreign), Err("foreign_origin"), "{foreign}");
        }
        let without = headers(&[(header::COOKIE, cookie)]);
        assert!(Presented::find(None, &without, &origins).is_err(), "no origin, no page of ours");
        assert!(Presented::find(None, &HeaderMap::new(), &origins).unwrap().is_none());
        assert!(Presented::find(Some("t".into()), &without, &origins).unwrap().unwrap().carrier == Carrier::Body);
    }

    #[test]
    fn a_local_stack_knows_the_pages_of_this_machine() {
        let origins = Origins::new("*");
        assert!(origins.allow("http://localhost:5173") && origins.allow("http://127.0.0.1:4566"));
        assert!(!origins.allow("http://localhost.evil.example:80") && !origins.allow("https://evil.example"));
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let response = REFRESH.put(StatusCode::OK.into_response(), "t", 60);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        for part in ["__Host-sipstr-refresh=t", "Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=60"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }
}
