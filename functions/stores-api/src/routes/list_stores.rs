use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::geo::Point;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Problem, Public, QueryOf, etag};
use sipstr_runtime::Clock;
use sipstr_storage::stores::Stores;

use crate::view::{CACHE, StoreView};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Near {
    /// Where the order shall go: `latitude,longitude` in degrees.
    #[param(example = "37.7955,-122.3937")]
    pub near: String,
}

/// The stores that deliver to a place, nearest first, open or not; all of them on one page.
#[utoipa::path(
    get, path = "/v1/stores", tag = "Stores", operation_id = "listStores",
    params(Near),
    responses(
        (status = 200, body = PageOf<StoreView>),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
    )
)]
pub async fn list_stores(
    _: Public,
    State(stores): State<Stores>,
    State(clock): State<Clock>,
    State(local_clock): State<LocalClock>,
    QueryOf(query): QueryOf<Near>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let place: Point =
        query.near.parse().map_err(|_| Problem::invalid("near", "must be `latitude,longitude` in degrees"))?;
    let now = clock.now();
    let found = stores.near(place).await?.into_iter();
    let items = found.map(|store| StoreView::new(store, Some(place), local_clock, now)).collect();
    Ok(etag::json(&headers, CACHE, &PageOf::<StoreView> { items, next_cursor: None }))
}
