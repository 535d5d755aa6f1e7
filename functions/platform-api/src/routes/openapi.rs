use axum::response::IntoResponse;
use http::header;
use sipstr_http::Public;

/// As committed; a test fails when it is not what the code says.
pub(super) const DOCUMENT: &str = include_str!("../../../../openapi.json");

/// The description of this API (OpenAPI 3.1).
#[utoipa::path(
    get, path = "/openapi.json", tag = "Platform", operation_id = "openapi",
    responses((status = 200, body = Object))
)]
pub async fn openapi(_: Public) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], DOCUMENT)
}
