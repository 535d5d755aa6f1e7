use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::watch::Watch;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, ListQuery, PageOf, QueryOf, Signer};
use sipstr_storage::accounts::Accounts;

/// A product that its customer waits for, or that was there again within the last week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchView {
    pub store_id: StoreId,
    pub product_id: ProductId,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// When it was there again, and its customer was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}

impl From<Watch> for WatchView {
    fn from(watch: Watch) -> Self {
        Self {
            store_id: watch.store_id,
            product_id: watch.product_id,
            since: watch.since,
            answered_at: watch.answered_at,
        }
    }
}

/// What one waits for.
#[utoipa::path(
    get, path = "/v1/me/watches", tag = "Account", operation_id = "listWatches",
    params(ListQuery),
    responses((status = 200, body = PageOf<WatchView>), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_watches(
    customer: Customer,
    State(accounts): State<Accounts>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<WatchView>>> {
    let list = format!("watches:{}", customer.id());
    let page = accounts.watches(customer.id(), query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, WatchView::from)))
}
