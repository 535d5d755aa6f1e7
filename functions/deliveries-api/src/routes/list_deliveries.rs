use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::StoreId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Problem, QueryOf, Signer, page};
use sipstr_storage::dispatch::Dispatch;

use crate::view::DeliveryView;
use crate::who::{Sight, Watcher};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Whose deliveries; without it, the caller's own as a courier.
    pub store_id: Option<StoreId>,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// Deliveries, newest first: a courier's own, or those of a store for its staff and for support.
#[utoipa::path(
    get, path = "/v1/deliveries", tag = "Deliveries", operation_id = "listDeliveries",
    params(DeliveriesQuery),
    responses(
        (status = 200, body = PageOf<DeliveryView>),
        (status = 400, body = ProblemBody, description = "`invalid_request`: a caller who is no courier must name a store"),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not the caller's store"),
    ),
    security(("bearer" = []))
)]
pub async fn list_deliveries(
    watcher: Watcher,
    State(dispatch): State<Dispatch>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<DeliveriesQuery>,
) -> ApiResult<Json<PageOf<DeliveryView>>> {
    let limit = page::limit(query.limit)?;
    let cursor = query.cursor.as_deref();
    let (found, list, sight) = match (&query.store_id, watcher.courier()) {
        (Some(store), _) => {
            let sight = watcher.sight_of_store(store)?;
            let list = format!("deliveries:{store}");
            let from = page::from(cursor, &signer, &list)?;
            (dispatch.deliveries.of_store(store, limit, from).await?, list, sight)
        }
        (None, Some(courier)) => {
            let list = format!("deliveries:{courier}");
            let from = page::from(cursor, &signer, &list)?;
            (dispatch.deliveries.of_courier(&courier, limit, from).await?, list, Sight::UnderWay)
        }
        (None, None) => return Err(Problem::invalid("storeId", "is needed by whoever is no courier")),
    };
    Ok(Json(PageOf::of(found, &signer, &list, |delivery| DeliveryView::of(delivery, sight))))
}
