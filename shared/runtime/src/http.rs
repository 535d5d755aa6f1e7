//! HTTP functions: an axum router is a Lambda.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use lambda_http::http::{HeaderValue, header};
use sipstr_http::Problem;
use sipstr_http::visitor::ClientAddress;

use crate::{Error, count, flush_metrics, telemetry};

const CORRELATION_HEADER: &str = "x-correlation-id";

/// Serves a router until the environment is taken away.
pub async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(with_layers(router)).await
}

/// What every HTTP function does around its routes.
fn with_layers(router: Router) -> Router {
    router
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            Problem::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "not with this method")
        })
        .layer(middleware::from_fn(around))
}

async fn around(mut request: Request, next: Next) -> Response {
    if let Some(address) = client_address(&request) {
        request.extensions_mut().insert(address);
    }
    let id = correlation_id(&request);
    sipstr_events::correlation::scope(id.clone(), observed(id, request, next)).await
}

async fn observed(id: String, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let cold = telemetry::is_cold();
    let method = request.method().clone();
    // The pattern, never the path: a path may name a person's things.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "unmatched".to_owned());
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response());
    finish(&mut response, &id);
    let status = response.status().as_u16();
    if status >= 500 {
        count("server_errors", 1);
    }
    let micros = started.elapsed().as_micros() as u64;
    tracing::info!(correlationId = %id, %method, route, status, micros, coldStart = cold, "answered");
    flush_metrics();
    response
}

fn finish(response: &mut Response<Body>, id: &str) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(CORRELATION_HEADER, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The caller's address, as the gateway saw it; a header could say anything.
fn client_address(request: &Request) -> Option<ClientAddress> {
    let context = request.extensions().get::<lambda_http::request::RequestContext>()?;
    let lambda_http::request::RequestContext::ApiGatewayV2(context) = context else { return None };
    context.http.source_ip.as_deref()?.parse().ok().map(ClientAddress)
}

/// The caller's correlation id when it is plain, else the gateway's request id, else a new one.
fn correlation_id(request: &Request) -> String {
    let theirs = request.headers().get(CORRELATION_HEADER).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if let Some(id) = theirs.filter(plain) {
        return id.to_owned();
    }
    let context = request.extensions().get::<lambda_http::request::RequestContext>();
    match context {
        Some(lambda_http::request::RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
    .unwrap_or_else(|| sipstr_domain::EventId::new().suffix().to_owned())
}
