use axum::Json;
use axum::extract::State;
use sipstr_domain::job::JobKind;
use sipstr_domain::permission::Permission;
use sipstr_domain::{JobId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, StoreStaff};

use crate::view::{JobView, job_of};

/// How far an import came, and what was wrong with its file.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/imports/{jobId}", tag = "Imports and exports", operation_id = "showImport",
    params(("storeId" = String, Path), ("jobId" = String, Path)),
    responses(
        (status = 200, body = JobView),
        (status = 404, body = ProblemBody, description = "not your store, or no import of it"),
    ),
    security(("bearer" = []))
)]
pub async fn show_import(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, JobId)>,
) -> ApiResult<Json<JobView>> {
    staff.may(&store, Permission::SeeStock)?;
    let job = job_of(&state.jobs, &store, JobKind::Import, &id).await?;
    Ok(Json(JobView::of(job, &state.files, state.clock.now())))
}

/// How far an export came, with a link to its file when it is done.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/exports/{jobId}", tag = "Imports and exports", operation_id = "showAssortmentExport",
    params(("storeId" = String, Path), ("jobId" = String, Path)),
    responses(
        (status = 200, body = JobView),
        (status = 404, body = ProblemBody, description = "not your store, or no export of it"),
    ),
    security(("bearer" = []))
)]
pub async fn show_export(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, JobId)>,
) -> ApiResult<Json<JobView>> {
    staff.may(&store, Permission::SeeStock)?;
    let job = job_of(&state.jobs, &store, JobKind::Export, &id).await?;
    Ok(Json(JobView::of(job, &state.files, state.clock.now())))
}
