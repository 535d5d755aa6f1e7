//! A job as the store's staff see it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sipstr_domain::job::{Job, JobFault, JobKind, JobState, OnErrors, Progress, RowError};
use sipstr_domain::{JobId, StoreId};
use sipstr_files::Files;
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::jobs::Jobs;
use sipstr_storage::limits::Limit;

/// Each job reads a whole assortment.
pub const JOBS: Limit = Limit { of: "jobs", burst: 60, per: SignedDuration::from_hours(1) };

/// Work in the background for a store.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    pub id: JobId,
    pub kind: JobKind,
    pub state: JobState,
    /// Of imports: whether only a report is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_errors: Option<OnErrors>,
    pub progress: Progress,
    /// The first twenty mistakes in the rows, in the order of the file.
    pub errors: Vec<RowError>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<JobFault>,
    /// A CSV file of all the mistakes, at an address that is good for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors_url: Option<String>,
    /// The file that an export wrote, at an address that is good for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl JobView {
    /// With links to its files, where it has any by now.
    pub fn of(job: Job, files: &Files, now: Timestamp) -> Self {
        let there = job.state.is_over() && job.has_files(now);
        let errors_url =
            (there && job.progress.failed > 0).then(|| files.link(&job.errors_key(), Some("errors.csv"), now));
        let written = there && job.kind == JobKind::Export && job.state == JobState::Done;
        Self {
            errors_url,
            url: written.then(|| files.link(&job.export_key(), Some("assortment.csv"), now)),
            id: job.id,
            kind: job.kind,
            state: job.state,
            dry_run: job.order.as_ref().map(|order| order.dry_run),
            on_errors: job.order.as_ref().map(|order| order.on_errors),
            progress: job.progress,
            errors: job.errors,
            fault: job.fault,
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}

/// A store's job of this kind; another's does not exist.
pub async fn job_of(jobs: &Jobs, store: &StoreId, kind: JobKind, id: &JobId) -> ApiResult<Job> {
    let found = jobs.get(id).await?.filter(|job| job.store_id == *store && job.kind == kind);
    found.ok_or_else(Problem::not_found)
}
