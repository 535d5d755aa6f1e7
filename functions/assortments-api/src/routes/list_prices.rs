use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::terms::{PriceCause, PriceChange};
use sipstr_domain::{Money, ProductId, StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, QueryOf, StoreStaff};

/// What was asked from an instant on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceEntry {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub price: Money,
    pub cause: PriceCause,
    /// Who set it; absent where a schedule did, or the price came with the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
}

impl From<PriceChange> for PriceEntry {
    fn from(change: PriceChange) -> Self {
        let price = Money::new(change.amount, change.currency);
        Self { at: change.at, price, cause: change.cause, actor: change.actor }
    }
}

/// What a store asked for a product, the newest first. What schedules did is noted within a minute.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/assortment/{productId}/prices", tag = "Assortment", operation_id = "listPrices",
    params(("storeId" = String, Path), ("productId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<PriceEntry>), (status = 404, body = ProblemBody, description = "not your store")),
    security(("bearer" = []))
)]
pub async fn list_prices(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<PriceEntry>>> {
    staff.may(&store, Permission::SeeStock)?;
    let list = format!("prices:{store}:{product}");
    let from = query.from(&state.signer, &list)?;
    let page = state.catalog.history((&store, &product), query.limit()?, from).await?;
    Ok(Json(PageOf::of(page, &state.signer, &list, PriceEntry::from)))
}
