//! The platform over HTTP: whether it is up, and the description of the API for programs and for people.
//!
//! It reads nothing and knows no secret, so that it answers when everything else does not.

mod routes;
#[cfg(test)]
mod tests;

use sipstr_http::routes;
use utoipa_axum::router::OpenApiRouter;

#[derive(Debug, Clone)]
pub struct State;

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(routes::health::health))
        .routes(routes!(routes::openapi::openapi))
        .routes(routes!(routes::docs::docs))
        .routes(routes!(routes::docs::docs_file))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
