use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use sipstr_domain::StoreId;
use sipstr_domain::compliance::LocalClock;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public, etag};
use sipstr_runtime::Clock;
use sipstr_storage::stores::Stores;

use crate::view::{CACHE, StoreView};

/// A store: where it is, when it sells, and on what terms it delivers.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}", tag = "Stores", operation_id = "showStore",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = StoreView),
        (status = 304, description = "as in If-None-Match"),
        (status = 404, body = ProblemBody),
    )
)]
pub async fn show_store(
    _: Public,
    State(stores): State<Stores>,
    State(clock): State<Clock>,
    State(local_clock): State<LocalClock>,
    PathOf(id): PathOf<StoreId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let store = stores.get(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(etag::json(&headers, CACHE, &StoreView::new(store, None, local_clock, clock.now())))
}
