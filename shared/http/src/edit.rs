//! Edits of what several people may edit: an answer says its version as `ETag`, and an edit names it in `If-Match`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;

use crate::{ApiResult, Problem};

/// Answers with the version as `ETag`.
pub fn answer<T: Serialize>(status: StatusCode, version: u64, view: T) -> Response {
    (status, [(header::ETAG, tag(version))], Json(view)).into_response()
}

/// Refuses an edit of another version than the one that was read.
pub fn matched(headers: &HeaderMap, version: u64) -> ApiResult<()> {
    match headers.get(header::IF_MATCH) {
        None => {
            let detail = "say in If-Match which version you read";
            Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_missing", detail))
        }
        Some(wanted) if wanted.as_bytes() == tag(version).as_bytes() => Ok(()),
        Some(_) => Err(stale()),
    }
}

pub fn stale() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED, "stale", "it was changed since it was read")
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}
