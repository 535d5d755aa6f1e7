use axum::Json;
use axum::extract::State;
use sipstr_domain::job::{JobKind, JobState};
use sipstr_domain::permission::Permission;
use sipstr_domain::{JobId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff};
use sipstr_storage::jobs::Moved;

use crate::view::{JobView, job_of};

/// Stops an import. What was applied stays; no further part begins. One that is cancelled already stays so.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/imports/{jobId}/cancel", tag = "Imports and exports", operation_id = "cancelImport",
    params(("storeId" = String, Path), ("jobId" = String, Path)),
    responses(
        (status = 200, body = JobView),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or no import of it"),
        (status = 409, body = ProblemBody, description = "`job_over`: it is done, or failed"),
    ),
    security(("bearer" = []))
)]
pub async fn cancel_import(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, JobId)>,
) -> ApiResult<Json<JobView>> {
    staff.may(&store, Permission::ManagePrices)?;
    job_of(&state.jobs, &store, JobKind::Import, &id).await?;
    let now = state.clock.now();
    let job = match state.jobs.alter(&id, |job| job.cancelled(now)).await? {
        Moved::Yes(job) => *job,
        Moved::Unchanged(job) if job.state == JobState::Cancelled => *job,
        Moved::Unchanged(_) => return Err(Problem::conflict("job_over", "it is over, and cannot be stopped")),
        Moved::NotFound => return Err(Problem::not_found()),
    };
    Ok(Json(JobView::of(job, &state.files, now)))
}
