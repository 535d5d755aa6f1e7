//! What the gateway and other services need to check access tokens (OpenID Connect Discovery 1.0, RFC 7517).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Problem, Public};
use sipstr_storage::settings::Settings;

use sipstr_identity::Issuer;

/// Short enough that a new key is known before it signs.
const CACHE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// Names are the standard's.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenidConfiguration {
    pub issuer: String,
    pub jwks_uri: String,
    pub response_types_supported: Vec<&'static str>,
    pub subject_types_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
}

/// A set of public keys (RFC 7517 §5).
#[derive(Debug, utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the answer, which is passed on as it is stored")]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

#[derive(Debug, utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the answer, which is passed on as it is stored")]
pub struct Jwk {
    #[schema(example = "RSA")]
    kty: String,
    #[schema(example = "sig")]
    r#use: String,
    #[schema(example = "RS256")]
    alg: String,
    kid: String,
    n: String,
    e: String,
}

/// Who issues access tokens, and where the keys are.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "Sign-in", operation_id = "openidConfiguration",
    responses((status = 200, body = OpenidConfiguration))
)]
pub async fn openid_configuration(_: Public, State(issuer): State<Issuer>) -> impl IntoResponse {
    let configuration = OpenidConfiguration {
        issuer: issuer.url().to_owned(),
        jwks_uri: format!("{}/.well-known/jwks.json", issuer.url()),
        response_types_supported: vec!["token"],
        subject_types_supported: vec!["public"],
        id_token_signing_alg_values_supported: vec!["RS256"],
    };
    ([CACHE], Json(configuration))
}

/// The public keys of access tokens: the present one, and around a change of keys the old or the next one too.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "Sign-in", operation_id = "jwks",
    responses((status = 200, body = JwkSet), (status = 503, body = ProblemBody))
)]
pub async fn jwks(_: Public, State(settings): State<Settings>) -> ApiResult<Response> {
    let keys = settings.get("jwks").await?.ok_or_else(|| Problem::internal("the setting `jwks` has no value"))?;
    Ok(([CACHE, (header::CONTENT_TYPE, "application/json")], keys).into_response())
}
