use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::ProductRecord;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, edit};
use sipstr_storage::products::Products;

use crate::Editor;

/// One product's record, in whatever state. The `ETag` is what an edit names.
#[utoipa::path(
    get, path = "/v1/catalogue/products/{productId}", tag = "Catalogue administration", operation_id = "showProductRecord",
    params(("productId" = String, Path)),
    responses((status = 200, body = ProductRecord), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_record(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<ProductId>,
) -> ApiResult<Response> {
    let record = products.get(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, record.version, record))
}
