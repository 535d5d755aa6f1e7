use axum::Json;
use axum::extract::State;
use sipstr_domain::StoreId;
use sipstr_domain::job::JobKind;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, QueryOf, StoreStaff};

use crate::view::JobView;

/// A store's imports of the last month, the newest first.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/imports", tag = "Imports and exports", operation_id = "listImports",
    params(("storeId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<JobView>), (status = 404, body = ProblemBody, description = "not your store")),
    security(("bearer" = []))
)]
pub async fn list_imports(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<JobView>>> {
    staff.may(&store, Permission::SeeStock)?;
    page(&state, &store, JobKind::Import, &query).await
}

/// A store's exports of the last month, the newest first.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/exports", tag = "Imports and exports", operation_id = "listAssortmentExports",
    params(("storeId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<JobView>), (status = 404, body = ProblemBody, description = "not your store")),
    security(("bearer" = []))
)]
pub async fn list_exports(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<JobView>>> {
    staff.may(&store, Permission::SeeStock)?;
    page(&state, &store, JobKind::Export, &query).await
}

async fn page(
    state: &crate::State,
    store: &StoreId,
    kind: JobKind,
    query: &ListQuery,
) -> ApiResult<Json<PageOf<JobView>>> {
    let (list, now) = (format!("{}s:{store}", kind.as_str()), state.clock.now());
    let page = state.jobs.list(store, kind, query.limit()?, query.from(&state.signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &state.signer, &list, |job| JobView::of(job, &state.files, now))))
}
