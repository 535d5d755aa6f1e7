use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::MOST_BUCKETS;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::{Inventory, Resized};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BucketsWanted {
    /// One is right for nearly all; what sells hundreds of times a second needs more.
    #[schema(minimum = 1, maximum = 64)]
    pub buckets: u16,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BucketsOf {
    pub product_id: ProductId,
    pub buckets: u16,
}

/// Says in how many buckets a product's stock is kept, while it sells: orders need not stop, and none is lost.
///
/// Doing it again does nothing, or finishes what was interrupted.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/stock/{productId}/buckets", tag = "Stock", operation_id = "putBuckets",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    request_body = BucketsWanted,
    responses(
        (status = 200, body = BucketsOf),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
        (status = 409, body = ProblemBody, description = "`superseded`: somebody else asked for another number meanwhile"),
        (status = 503, body = ProblemBody, description = "too many buyers at once; repeat it"),
    ),
    security(("bearer" = []))
)]
pub async fn put_buckets(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    Body(wanted): Body<BucketsWanted>,
) -> ApiResult<Json<BucketsOf>> {
    staff.may(&store, Permission::AdjustStock)?;
    if !(1..=MOST_BUCKETS).contains(&wanted.buckets) {
        return Err(Problem::invalid("/buckets", format!("must be 1 to {MOST_BUCKETS}")));
    }
    match inventory.resize((&store, &product), wanted.buckets, clock.now()).await? {
        Resized::Done => Ok(Json(BucketsOf { product_id: product, buckets: wanted.buckets })),
        Resized::Superseded { buckets } => {
            Err(Problem::conflict("superseded", format!("somebody else asked for {buckets} buckets meanwhile")))
        }
        Resized::Unknown => Err(Problem::not_found()),
    }
}
