use axum::Json;
use serde::Serialize;
use sipstr_http::Public;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    #[schema(example = "ok")]
    pub status: &'static str,
    /// Of this build.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

/// Whether the API is reached: gateway and functions, and nothing behind them.
#[utoipa::path(
    get, path = "/v1/health", tag = "Platform", operation_id = "health",
    responses((status = 200, body = Health))
)]
pub async fn health(_: Public) -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
