use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::{State, router};

async fn answer(request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let answer = router(State).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn get(path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    answer(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn sampled(event: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = lambda_http::request::from_str(event).unwrap();
    answer(request.map(|_| Body::empty())).await
}

#[tokio::test]
async fn the_samples_are_served() {
    let (status, _, body) = sampled(include_str!("../../../events/aws/platform-api.health.json")).await;
    assert_eq!((status, body), (StatusCode::OK, br#"{"status":"ok","version":"0.1.0"}"#.to_vec()));
    let (status, headers, body) = sampled(include_str!("../../../events/aws/platform-api.docs-file.json")).await;
    assert_eq!((status, headers[header::CONTENT_TYPE].as_bytes()), (StatusCode::OK, b"image/png".as_slice()));
    assert!(body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn the_page_has_all_it_asks_for_and_asks_nobody_else() {
    let (_, _, page) = get("/docs").await;
    let page = String::from_utf8(page).unwrap();
    let links = page.split(['"']).skip(1).step_by(2).filter(|text| text.contains('.') && !text.contains(' '));
    let links: Vec<&str> = links.collect();
    assert!(links.len() >= 5, "{links:?}");
    for link in links {
        assert!(!link.starts_with('/') && !link.contains("//"), "{link} is not relative");
        let (status, headers, body) = get(&format!("/{link}")).await;
        assert_eq!(status, StatusCode::OK, "{link}");
        assert!(headers.contains_key(header::CONTENT_TYPE) && !body.is_empty(), "{link}");
    }
}

#[tokio::test]
async fn nothing_else_is_given_away() {
    for path in ["/docs/index.html", "/docs/..%2fCargo.toml", "/docs/oauth2-redirect.html", "/docs/%00"] {
        assert_eq!(get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_description_is_json() {
    let (_, _, body) = get("/openapi.json").await;
    let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}
