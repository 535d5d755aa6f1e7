use axum::extract::State;
use http::{HeaderMap, StatusCode};
use sipstr_domain::permission::Permission;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff, edit};

/// Takes a product out of the assortment, at the version that was read. Its stock stays, and so does what was asked for it.
#[utoipa::path(
    delete, path = "/v1/stores/{storeId}/assortment/{productId}", tag = "Assortment", operation_id = "deleteListing",
    params(("storeId" = String, Path), ("productId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204, description = "it is out of it"),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or not in its assortment"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn delete_listing(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    staff.may(&store, Permission::ManagePrices)?;
    let listing = state.catalog.get_now(&store, &product).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, listing.terms.version)?;
    if !state.catalog.remove(&listing).await? {
        return Err(edit::stale());
    }
    Ok(StatusCode::NO_CONTENT)
}
