use axum::extract::State;
use http::StatusCode;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, PathOf};
use sipstr_storage::accounts::Accounts;

/// Waits for a product no more; who did not wait does not either.
#[utoipa::path(
    delete, path = "/v1/me/watches/{storeId}/{productId}", tag = "Account", operation_id = "unwatchProduct",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn unwatch(
    customer: Customer,
    State(accounts): State<Accounts>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
) -> ApiResult<StatusCode> {
    accounts.unwatch(customer.id(), &store, &product).await?;
    Ok(StatusCode::NO_CONTENT)
}
