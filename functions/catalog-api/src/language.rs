//! Who reads, in which languages.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, header};
use sipstr_domain::catalog::words::{accepted, choose};
use sipstr_domain::preference::Language;

/// The languages of a reader, the dearest first. A header that makes no sense asks for nothing: what is answered then is in the
/// catalogue's own language.
#[derive(Debug, Clone, Default)]
pub struct Reader(Vec<Language>);

impl Reader {
    /// The text in the reader's language; `None` stands for the catalogue's own.
    pub fn text<'a, T>(&self, texts: &'a BTreeMap<Language, T>) -> Option<&'a T> {
        if texts.is_empty() {
            return None;
        }
        choose(&self.0, texts.keys()).and_then(|language| texts.get(language))
    }

    pub fn name<'a>(&self, names: &'a BTreeMap<Language, String>) -> Option<&'a String> {
        self.text(names)
    }

    /// Says that another language may have another answer. The `ETag` follows from the answer itself.
    pub fn answer(&self, mut response: Response) -> Response {
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(header.map(accepted).unwrap_or_default()))
    }
}
