//! Errors as RFC 9457 problem details, with a stable `code` for programs and a `detail` for people.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use sipstr_domain::compliance::Refused;
use sipstr_storage::StorageError;

pub type ApiResult<T> = Result<T, Problem>;

/// An error as a caller sees it. What a 5xx was caused by goes to the log and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// The rule of law or of the store that refused, where one did.
    pub rule: Option<String>,
    /// Seconds after which a retry makes sense.
    pub retry_after: Option<u32>,
    /// How long others may keep it; where nothing is said, nobody does.
    pub cache_control: Option<&'static str>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request's body, or the name of a parameter or header.
    #[schema(example = "/quantity")]
    pub pointer: String,
    pub detail: String,
}

/// The body of every error (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// `about:blank`: the status and the code say what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: &'a str,
    #[schema(example = 409)]
    pub status: u16,
    pub title: &'a str,
    /// Stable, for programs.
    #[schema(example = "out_of_stock")]
    pub code: &'a str,
    pub detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [FieldError],
    #[serde(rename = "correlationId")]
    pub correlation_id: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            rule: None,
            retry_after: None,
            cache_control: None,
        }
    }

    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid_request", "the request is not valid");
        problem.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        problem
    }

    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "a valid access token is needed")
    }

    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "this is not yours to do")
    }

    /// What does not exist, or belongs to somebody else: the two cannot be told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here")
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Too often; `retry_after` is in seconds.
    pub fn too_many(retry_after: u32) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "please wait, then try again");
        problem.retry_after = Some(retry_after);
        problem
    }

    pub fn unavailable() -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "please try again in a moment");
        problem.retry_after = Some(1);
        problem
    }

    /// A defect of ours: the caller learns nothing of the cause, the log all of it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "something went wrong on our side")
    }

    /// What is asked for often and is not there may be kept for a moment, where it is there for nobody.
    pub fn kept(mut self, cache_control: &'static str) -> Self {
        self.cache_control = Some(cache_control);
        self
    }

    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        if error.is_transient() {
            tracing::warn!(cause = %error, "storage is not available");
            return Self::unavailable();
        }
        Self::internal(error)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let mut problem = Self::unprocessable(refused.code, refused.detail);
        problem.rule = Some(refused.rule);
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank",
            status: self.status.as_u16(),
            title: self.status.canonical_reason().unwrap_or_default(),
            code: self.code,
            detail: &self.detail,
            rule: self.rule.as_deref(),
            errors: &self.errors,
            correlation_id: sipstr_events::correlation::current(),
        };
        let json = serde_json::to_vec(&body).expect("strings and numbers serialise");
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control.unwrap_or("no-store")));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
