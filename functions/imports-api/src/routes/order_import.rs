use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sipstr_domain::job::{ImportOrder, Job, JobState, MOST_BYTES, OnErrors};
use sipstr_domain::permission::Permission;
use sipstr_domain::{JobId, StoreId};
use sipstr_files::LINK_LIFE;
use sipstr_http::idempotency::{fingerprint, key_reused};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PathOf, Problem, StoreStaff};
use sipstr_runtime::take;
use sipstr_storage::jobs::Ordered;

use crate::view::{JOBS, JobView};

/// The file that shall be sent, and what shall become of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewImport {
    /// Checks the file as it would be applied, and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// What happens to the good rows of a file that has wrong ones.
    pub on_errors: OnErrors,
    /// Its exact size in bytes: at most twenty million.
    #[schema(minimum = 1, maximum = 20_000_000)]
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits; a file that differs is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub checksum: Option<String>,
}

/// A place for the file: a `PUT` to this address, with just these headers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceForSheet {
    pub url: String,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub headers: BTreeMap<&'static str, String>,
    /// Seconds.
    #[schema(example = 300)]
    pub expires_in: u64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportOrdered {
    pub job: JobView,
    /// Absent where the file was sent already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<PlaceForSheet>,
}

/// Orders that a CSV file is taken into the store's assortment. The work begins when the file was sent.
///
/// The same `Idempotency-Key` leads to the same job, and to a new link as long as its file was not sent.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/imports", tag = "Imports and exports", operation_id = "orderImport",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = NewImport,
    responses(
        (status = 201, body = ImportOrdered),
        (status = 400, body = ProblemBody, description = "`invalid_request`: a file that is too large; `idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn order_import(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(wish): Body<NewImport>,
) -> ApiResult<(StatusCode, Json<ImportOrdered>)> {
    staff.may(&store, Permission::ManagePrices)?;
    if !(1..=MOST_BYTES).contains(&wish.size) {
        return Err(Problem::invalid("/size", format!("must be from 1 to {MOST_BYTES}")));
    }
    let hexadecimal = |text: &String| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !wish.checksum.as_ref().is_none_or(hexadecimal) {
        return Err(Problem::invalid("/checksum", "must be 64 hexadecimal digits in lower case"));
    }
    let (actor, now) = (staff.0.id(), state.clock.now());
    let id = JobId::derive(&[store.as_str(), actor.as_str(), "import", key.as_str()]);
    let request = fingerprint(&wish);
    let order =
        ImportOrder { dry_run: wish.dry_run, on_errors: wish.on_errors, bytes: wish.size, checksum: wish.checksum };
    if state.jobs.get(&id).await?.is_none() {
        take(&state.limits, JOBS, store.as_str(), now).await?;
    }
    let job = Job { request, ..Job::import(id, store, actor.clone(), order, now) };
    let job = match state.jobs.order(&job).await? {
        Ordered::Now => job,
        Ordered::Before(job) => *job,
        Ordered::KeyReused => return Err(key_reused()),
    };
    let upload = (job.state == JobState::Waiting).then(|| {
        let place = state.files.upload(&job.upload_key(), "text/csv", wish.size, now);
        PlaceForSheet { url: place.url, headers: place.headers.into_iter().collect(), expires_in: LINK_LIFE.as_secs() }
    });
    Ok((StatusCode::CREATED, Json(ImportOrdered { job: JobView::of(job, &state.files, now), upload })))
}
