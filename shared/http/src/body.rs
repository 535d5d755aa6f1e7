//! JSON bodies, parsed once into a type that holds only what is valid.

use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::Problem;

/// Largest body that is read: no request of ours needs more.
pub const LIMIT_BYTES: usize = 64 * 1024;

/// A JSON body. The first thing that is wrong with it is named by its JSON pointer.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let json = json.is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim() == "application/json");
        if !json {
            let detail = "the body must be application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
        }
        let bytes = axum::body::to_bytes(request.into_body(), LIMIT_BYTES).await.map_err(|_| {
            let detail = format!("a body has at most {LIMIT_BYTES} bytes");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        })?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out: nothing at all stands for the default.
#[derive(Debug, Clone)]
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return Body::from_request(request, state).await.map(|Body(value)| Self(value));
        }
        match axum::body::to_bytes(request.into_body(), 0).await {
            Ok(_) => Ok(Self(T::default())),
            Err(_) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "the body must be application/json",
            )),
        }
    }
}

/// Parses JSON, naming the place of the first error. Depth is bounded by serde_json (128).
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::invalid(pointer(error.path()), without_position(&error.inner().to_string())))?;
    reader.end().map_err(|_| Problem::invalid("", "something follows the JSON value"))?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{variant}")),
            Segment::Unknown => {}
        }
    }
    pointer
}

/// serde_json appends ` at line 1 column 7`, which says nothing to somebody who sent an object.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code, reason = "only parsed")]
        lines: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code, reason = "only parsed")]
        quantity: u8,
    }

    fn refused(text: &[u8]) -> (String, String) {
        let problem = parse::<Outer>(text).unwrap_err();
        assert_eq!(problem.status, StatusCode::BAD_REQUEST);
        (problem.errors[0].pointer.clone(), problem.errors[0].detail.clone())
    }

    #[test]
    fn the_place_of_the_error_is_named() {
        let (pointer, detail) = refused(br#"{"lines":[{"quantity":1},{"quantity":-1}]}"#);
        assert_eq!(pointer, "/lines/1/quantity");
        assert!(detail.contains("-1"), "{detail}");
        assert_eq!(refused(br#"{"lines":[],"role":"admin"}"#).0, "/role");
    }

    #[test]
    fn hostile_bodies_are_refused() {
        refused(b"\xff\xfe");
        refused(&[b'['].repeat(100_000));
        refused(br#"{"lines":[]}{"#);
        refused(br#"{"lines":[{"quantity":9007199254740992}]}"#);
        refused(br#"{"lines":[{"quantity":1.5}]}"#);
    }
}
