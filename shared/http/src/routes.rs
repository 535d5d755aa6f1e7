//! Routes of a function, and their part of openapi.json where somebody reads it.
//!
//! Describing every route and schema was a third of what a function does before its first answer, and the function throws the
//! description away. So a release has the routes alone; `tools/openapi` is built for development.

#[cfg(debug_assertions)]
pub use utoipa_axum::routes;

/// What `utoipa_axum::routes!` makes, without the description: paths and methods still come from the handlers' attributes.
#[cfg(not(debug_assertions))]
#[macro_export]
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {{
        use ::utoipa_axum::PathItemExt as _;
        let mut paths = ::utoipa::openapi::path::Paths::new();
        let mut methods = ::axum::routing::MethodRouter::new();
        ::utoipa_axum::paste! {$(
            for method in ::utoipa_axum::routes!(@path [methods()] of $handler) {
                methods = methods.on(method.to_method_filter(), $handler);
            }
            paths.paths.entry(::utoipa_axum::routes!(@path [path()] of $handler)).or_default();
        )+}
        (::std::vec::Vec::new(), paths, methods)
    }};
}
