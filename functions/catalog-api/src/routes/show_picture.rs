use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sipstr_domain::catalog::key_of_file;
use sipstr_files::{FileError, Files};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public};

use crate::unknown::not_found;

/// Larger than any that we write: 1200 pixels a side as JPEG.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// What a name stands for never changes, so that whoever has it need not ask again.
const CACHE: &str = "public, max-age=31536000, immutable";

/// A picture of a product in one of its sizes. The CDN keeps it, and asks here once.
#[utoipa::path(
    get, path = "/v1/pictures/{file}", tag = "Catalogue", operation_id = "showPicture",
    params(("file" = String, Path)),
    responses(
        (status = 200, description = "the picture", content_type = "image/jpeg"),
        (status = 404, body = ProblemBody),
    )
)]
pub async fn show_picture(_: Public, State(files): State<Files>, PathOf(file): PathOf<String>) -> ApiResult<Response> {
    let key = key_of_file(&file).ok_or_else(not_found)?;
    let bytes = match files.get(&key, MOST_BYTES).await {
        Ok(Some(bytes)) => bytes,
        // To whoever may not list the bucket, what is not there looks forbidden.
        Ok(None) | Err(FileError::Refused(StatusCode::FORBIDDEN)) => return Err(not_found()),
        Err(error) => {
            tracing::warn!(cause = %error, "a picture was not read");
            return Err(Problem::unavailable());
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, CACHE),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}
