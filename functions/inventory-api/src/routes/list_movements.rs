use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::lot::LotNumber;
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, StoreStaff};
use sipstr_storage::inventory::Inventory;

/// A change of stock by another way than an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockMovement {
    pub id: LedgerEntryId,
    pub change: i32,
    pub reason: AdjustmentReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What a stock take found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<u32>,
    /// The lot that came in, or that it was a loss of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotOfMovement>,
    /// Who noted it.
    pub actor: UserId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotOfMovement {
    pub number: LotNumber,
    /// As it came in.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_before: Option<Date>,
}

impl From<LedgerEntry> for StockMovement {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            id: entry.id,
            change: entry.change,
            reason: entry.reason,
            note: entry.note,
            reference: entry.reference,
            counted: entry.counted,
            lot: entry.lot.map(|lot| LotOfMovement { number: lot.number, best_before: lot.best_before }),
            actor: entry.actor,
            at: entry.at,
        }
    }
}

/// A product's ledger, newest first: why its stock changed otherwise than by an order, and who said so.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/stock/{productId}/movements", tag = "Stock", operation_id = "listMovements",
    params(("storeId" = String, Path), ("productId" = String, Path), ListQuery),
    responses(
        (status = 200, body = PageOf<StockMovement>),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
    ),
    security(("bearer" = []))
)]
pub async fn list_movements(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(signer): State<Signer>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<StockMovement>>> {
    staff.may(&store, Permission::SeeStock)?;
    let list = format!("movements:{store}:{product}");
    let from = query.from(&signer, &list)?;
    if inventory.level(&store, &product).await?.is_none() {
        return Err(Problem::not_found());
    }
    let page = inventory.movements((&store, &product), query.limit()?, from).await?;
    Ok(Json(PageOf::of(page, &signer, &list, StockMovement::from)))
}
