//! From draft to active to archived, and back. Who asks for the state that a product is in gets it as it is.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{ProductRecord, ProductState};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PathOf, Problem, edit};
use sipstr_storage::products::{Changed, Context};

use crate::Editor;
use crate::checking::{refused, sellable};

/// Lets stores sell a product; listings that stores had of it come back with their prices.
#[utoipa::path(
    post, path = "/v1/catalogue/products/{productId}/publish", tag = "Catalogue administration", operation_id = "publishProduct",
    params(("productId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 200, body = ProductRecord),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 422, body = ProblemBody, description = "`incomplete`, with all that is missing"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn publish_product(
    InPerson(Current(admin)): Editor,
    State(state): State<crate::State>,
    PathOf(id): PathOf<ProductId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    moved(&state, &admin, &id, &headers, ProductState::Active).await
}

/// Ends the sale of a product everywhere: it leaves lists, search and checkout within seconds.
#[utoipa::path(
    post, path = "/v1/catalogue/products/{productId}/archive", tag = "Catalogue administration", operation_id = "archiveProduct",
    params(("productId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 200, body = ProductRecord),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn archive_product(
    InPerson(Current(admin)): Editor,
    State(state): State<crate::State>,
    PathOf(id): PathOf<ProductId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    moved(&state, &admin, &id, &headers, ProductState::Archived).await
}

/// Takes a product back to where it may be incomplete; no store sells it meanwhile.
#[utoipa::path(
    post, path = "/v1/catalogue/products/{productId}/draft", tag = "Catalogue administration", operation_id = "redraftProduct",
    params(("productId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 200, body = ProductRecord),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn redraft_product(
    InPerson(Current(admin)): Editor,
    State(state): State<crate::State>,
    PathOf(id): PathOf<ProductId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    moved(&state, &admin, &id, &headers, ProductState::Draft).await
}

async fn moved(
    state: &crate::State,
    admin: &sipstr_http::Admin,
    id: &ProductId,
    headers: &HeaderMap,
    wanted: ProductState,
) -> ApiResult<Response> {
    let before = state.products.get(id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(headers, before.version)?;
    if before.state == wanted {
        return Ok(edit::answer(StatusCode::OK, before.version, before));
    }
    let after =
        ProductRecord { version: before.version + 1, state: wanted, updated_at: state.clock.now(), ..before.clone() };
    sellable(&after)?;
    // The details stay, so nothing that they refer to is looked at.
    match state.products.change(&before, &after, &Context::default()).await? {
        Changed::Yes => {
            tracing::info!(product = %id, state = wanted.as_str(), by = %admin.0.id(), "a product's state was changed");
            Ok(edit::answer(StatusCode::OK, after.version, after))
        }
        Changed::Stale => Err(edit::stale()),
        Changed::Refused(refusal) => Err(refused(refusal)),
    }
}
