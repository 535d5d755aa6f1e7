//! Edits of what several people may edit: an answer says its version as `ETag`, and an edit names it in `If-Match`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{ApiResult, Problem};

/// Answers with the version as `ETag`.
pub fn answer<T: Serialize>(status: StatusCode, version: u64, view: T) -> Response {
    (status, [(header::ETAG, tag(version))], Json(view)).into_response()
}

/// Refuses an edit of another version than the one that was read.
pub fn matched(headers: &HeaderMap, version: u64) -> ApiResult<()> {
    if wanted(headers)?.as_bytes() == tag(version).as_bytes() { Ok(()) } else { Err(stale()) }
}

/// The version that an edit was decided on; one that is none of ours is no longer what there is.
pub fn version(headers: &HeaderMap) -> ApiResult<u64> {
    let wanted = wanted(headers)?.to_str().ok();
    let number = wanted.and_then(|text| text.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    number.ok_or_else(stale)
}

fn wanted(headers: &HeaderMap) -> ApiResult<&HeaderValue> {
    headers.get(header::IF_MATCH).ok_or_else(|| {
        let detail = "say in If-Match which version you read";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_missing", detail)
    })
}

pub fn stale() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED, "stale", "it was changed since it was read")
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}
