use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{ProductDetails, ProductRecord};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, PathOf, Problem, edit};
use sipstr_runtime::Clock;
use sipstr_storage::products::{Changed, Products};

use crate::Editor;
use crate::checking::{checked, refused, sellable};

/// Changes a product's details: the whole of them, at the version that was read. Without a slug it keeps the one that it has; an
/// old slug leads to the product for ever. One that is sold must stay complete.
#[utoipa::path(
    put, path = "/v1/catalogue/products/{productId}", tag = "Catalogue administration", operation_id = "changeProduct",
    params(("productId" = String, Path), ("If-Match" = String, Header)),
    request_body = ProductDetails,
    responses(
        (status = 200, body = ProductRecord),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`slug_taken`, `gtin_taken`, `variant_taken`, `reference_changed`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 422, body = ProblemBody, description = "`incomplete`, with all that is missing"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_product(
    InPerson(Current(admin)): Editor,
    State(products): State<Products>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<ProductId>,
    headers: HeaderMap,
    Body(request): Body<ProductDetails>,
) -> ApiResult<Response> {
    let before = products.get(&id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.version)?;
    let (mut details, context) = checked(&products, &id, Some(&before), request).await?;
    details.slug = details.slug.or_else(|| before.details.slug.clone());
    let after = ProductRecord { version: before.version + 1, details, updated_at: clock.now(), ..before.clone() };
    sellable(&after)?;
    match products.change(&before, &after, &context).await? {
        Changed::Yes => {
            tracing::info!(product = %id, version = after.version, by = %admin.0.id(), "a product was changed");
            Ok(edit::answer(StatusCode::OK, after.version, after))
        }
        Changed::Stale => Err(edit::stale()),
        Changed::Refused(refusal) => Err(refused(refusal)),
    }
}
