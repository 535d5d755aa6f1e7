//! What the functions' parts of openapi.json have in common.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, OpenApi};

/// The name of the security scheme that a handler's `security(("bearer" = []))` asks for; such an operation gets the
/// gateway's authoriser.
pub const BEARER: &str = "bearer";

/// Adds the scheme of access tokens to a document.
pub fn with_bearer(document: &mut OpenApi) {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_with(Components::default);
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
}
