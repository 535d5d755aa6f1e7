use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::{Transfer, TransferLine, TransferState};
use sipstr_domain::{StoreId, TransferId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, StoreStaff};
use sipstr_storage::inventory::{Direction, Inventory};

/// Goods on their way from one store to another, or there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    pub id: TransferId,
    pub state: TransferState,
    pub from: StoreId,
    pub to: StoreId,
    pub lines: Vec<TransferLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub sent_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// Who took it in, or brought it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
}

impl From<Transfer> for TransferView {
    fn from(transfer: Transfer) -> Self {
        let (closed_by, closed_at) = transfer.closed.map(|closing| (closing.by, closing.at)).unzip();
        Self {
            id: transfer.id,
            state: transfer.state,
            from: transfer.from,
            to: transfer.to,
            lines: transfer.lines,
            note: transfer.note,
            sent_by: transfer.sent_by,
            sent_at: transfer.sent_at,
            closed_by,
            closed_at,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// What comes to the store.
    #[default]
    In,
    /// What it sent.
    Out,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichTransfers {
    #[serde(default)]
    pub way: Way,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// What comes to a store from others, or goes there, newest first.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/transfers", tag = "Stock", operation_id = "listTransfers",
    params(("storeId" = String, Path), WhichTransfers),
    responses((status = 200, body = PageOf<TransferView>), (status = 404, body = ProblemBody, description = "not your store")),
    security(("bearer" = []))
)]
pub async fn list_transfers(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(signer): State<Signer>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(which): QueryOf<WhichTransfers>,
) -> ApiResult<Json<PageOf<TransferView>>> {
    staff.may(&store, Permission::SeeStock)?;
    let (direction, way) = match which.way {
        Way::In => (Direction::In, "in"),
        Way::Out => (Direction::Out, "out"),
    };
    let list = format!("transfers:{way}:{store}");
    let query = ListQuery { limit: which.limit, cursor: which.cursor };
    let page = inventory.transfers(&store, direction, query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, TransferView::from)))
}

/// A transfer, to both of its stores.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/transfers/{transferId}", tag = "Stock", operation_id = "showTransfer",
    params(("storeId" = String, Path), ("transferId" = String, Path)),
    responses((status = 200, body = TransferView), (status = 404, body = ProblemBody, description = "not your store, or none of its transfers")),
    security(("bearer" = []))
)]
pub async fn show_transfer(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    PathOf((store, id)): PathOf<(StoreId, TransferId)>,
) -> ApiResult<Json<TransferView>> {
    staff.may(&store, Permission::SeeStock)?;
    let transfer = inventory.transfer(&id).await?.filter(|transfer| transfer.from == store || transfer.to == store);
    Ok(Json(TransferView::from(transfer.ok_or_else(Problem::not_found)?)))
}
