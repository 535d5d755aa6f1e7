//! The API page: Swagger UI, which is part of the program, so that it works without the internet. All links are relative,
//! because the API may lie under a path prefix.

use std::borrow::Cow;
use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use http::header;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public};

const PAGE: &str = include_str!("docs.html");
const START: &str = include_str!("docs.js");
const STYLE: &str = include_str!("docs.css");

/// Swagger UI writes styles into its elements; scripts come from here only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The API as a page to read and to try.
#[utoipa::path(
    get, path = "/docs", tag = "Platform", operation_id = "docs",
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub async fn docs(_: Public) -> impl IntoResponse {
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, Html(PAGE))
}

/// A file of the API page.
#[utoipa::path(
    get, path = "/docs/{file}", tag = "Platform", operation_id = "docsFile",
    params(("file" = String, Path)),
    responses((status = 200, description = "the file"), (status = 404, body = ProblemBody))
)]
pub async fn docs_file(_: Public, PathOf(name): PathOf<String>) -> ApiResult<Response> {
    let (kind, bytes) = file(&name).ok_or_else(Problem::not_found)?;
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, bytes).into_response())
}

/// The files that the page asks for, and no others of Swagger UI's.
fn file(name: &str) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let kind = match name {
        "start.js" => return Some(("text/javascript; charset=utf-8", START.as_bytes().into())),
        "page.css" => return Some(("text/css; charset=utf-8", STYLE.as_bytes().into())),
        "swagger-ui.css" => "text/css; charset=utf-8",
        "swagger-ui-bundle.js" => "text/javascript; charset=utf-8",
        "favicon-32x32.png" => "image/png",
        _ => return None,
    };
    let found = utoipa_swagger_ui::serve(name, Arc::default()).ok()??;
    Some((kind, found.bytes))
}
