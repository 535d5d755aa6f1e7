use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::Level;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, QueryOf, Signer, StoreStaff};
use sipstr_storage::inventory::Inventory;

/// The figures of a product, in sold units.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLevel {
    pub product_id: ProductId,
    /// On the shelf, reserved ones and those held back included.
    pub on_hand: i64,
    /// Held by orders that are neither delivered nor over.
    pub reserved: i64,
    /// On hand, not reserved and not held back.
    pub available: i64,
    pub sold: i64,
    /// Held back from sale; up to `safetyStock`, as far as there was so much.
    pub held_back: i64,
    pub safety_stock: u32,
    /// On its way here from other stores.
    pub incoming: i64,
    pub threshold: u32,
    pub low: bool,
}

impl From<Level> for StockLevel {
    fn from(level: Level) -> Self {
        Self {
            on_hand: level.on_hand(),
            reserved: level.reserved,
            available: level.available(),
            sold: level.sold,
            held_back: level.held_back,
            safety_stock: level.safety_stock,
            incoming: level.incoming,
            threshold: level.threshold,
            low: level.low,
            product_id: level.product_id,
        }
    }
}

/// A store's stock, product by product. Reserved and sold follow the orders within seconds.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/stock", tag = "Stock", operation_id = "listStock",
    params(("storeId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<StockLevel>), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_stock(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(signer): State<Signer>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<StockLevel>>> {
    staff.may(&store, Permission::SeeStock)?;
    let list = format!("stock:{store}");
    let page = inventory.levels(&store, query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, StockLevel::from)))
}
