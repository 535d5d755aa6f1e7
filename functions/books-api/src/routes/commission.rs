use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sipstr_domain::StoreId;
use sipstr_domain::books::Commission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, Body, Current, InPerson, PathOf, Problem};
use sipstr_storage::stores::Stores;

/// What the platform keeps of a store's goods.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StoreCommission)]
pub struct CommissionView {
    /// Hundredths of a per cent of what the goods bring the store.
    #[schema(value_type = u16, minimum = 0, maximum = 3_000, example = 1_500)]
    pub basis_points: Commission,
}

/// What the platform keeps of the next orders of a store.
#[utoipa::path(
    get, path = "/v1/admin/stores/{storeId}/commission", tag = "Books", operation_id = "showCommission",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = CommissionView),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn show_commission(
    _: InPerson<Current<Admin>>,
    State(stores): State<Stores>,
    PathOf(id): PathOf<StoreId>,
) -> ApiResult<Json<CommissionView>> {
    let store = stores.get(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(CommissionView { basis_points: store.commission }))
}

/// Says what the platform keeps of a store's goods from the next order on. Orders that were placed keep the rate of then.
#[utoipa::path(
    put, path = "/v1/admin/stores/{storeId}/commission", tag = "Books", operation_id = "putCommission",
    params(("storeId" = String, Path)),
    request_body = CommissionView,
    responses(
        (status = 200, body = CommissionView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn put_commission(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(stores): State<Stores>,
    PathOf(id): PathOf<StoreId>,
    Body(request): Body<CommissionView>,
) -> ApiResult<Json<CommissionView>> {
    let rate = request.basis_points;
    if !stores.set_commission(&id, rate).await? {
        return Err(Problem::not_found());
    }
    tracing::info!(storeId = %id, basisPoints = rate.basis_points(), by = %admin.0.id(), "a commission was set");
    Ok(Json(request))
}
