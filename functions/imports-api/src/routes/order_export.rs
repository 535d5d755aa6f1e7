use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sipstr_domain::job::Job;
use sipstr_domain::permission::Permission;
use sipstr_domain::{JobId, StoreId};
use sipstr_http::idempotency::key_reused;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, IdempotencyKey, PathOf, StoreStaff};
use sipstr_runtime::take;
use sipstr_storage::jobs::Ordered;

use crate::view::{JOBS, JobView};

/// Orders a CSV file of the store's assortment, as an import reads it. The same `Idempotency-Key` leads to the same job.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/exports", tag = "Imports and exports", operation_id = "orderAssortmentExport",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 202, body = JobView),
        (status = 400, body = ProblemBody, description = "`idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn order_export(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
) -> ApiResult<(StatusCode, Json<JobView>)> {
    staff.may(&store, Permission::ManagePrices)?;
    let (actor, now) = (staff.0.id(), state.clock.now());
    let id = JobId::derive(&[store.as_str(), actor.as_str(), "export", key.as_str()]);
    if state.jobs.get(&id).await?.is_none() {
        take(&state.limits, JOBS, store.as_str(), now).await?;
    }
    let job = Job::export(id, store, actor.clone(), now);
    let job = match state.jobs.order(&job).await? {
        Ordered::Now => job,
        Ordered::Before(job) => *job,
        Ordered::KeyReused => return Err(key_reused()),
    };
    Ok((StatusCode::ACCEPTED, Json(JobView::of(job, &state.files, now))))
}
