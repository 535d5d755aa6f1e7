use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::stock::{Finding, Repair};
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{
    Admin, ApiResult, Body, Current, InPerson, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, edit,
};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::{Inventory, Repaired};

use super::adjust_stock::check_text;
use super::list_movements::StockMovement;

/// A product whose books the audit did not find closed, and what would close them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockDrift {
    pub store_id: StoreId,
    pub product_id: ProductId,
    /// Positive: bottles are missing; negative: there are too many.
    pub units: i64,
    /// Named by a repair: `If-Match: "3"`.
    pub version: u64,
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Timestamp,
    /// Absent where the books are too far apart to be closed by one entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Repair>,
    /// When it was repaired; the next audit takes it off the list, or finds it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub repaired_at: Option<Timestamp>,
}

impl From<Finding> for StockDrift {
    fn from(finding: Finding) -> Self {
        Self {
            units: finding.drift.units,
            version: finding.version,
            first_seen: finding.first_seen,
            last_seen: finding.last_seen,
            proposal: Repair::of(finding.drift.units).filter(|_| finding.repaired_at.is_none()),
            repaired_at: finding.repaired_at,
            store_id: finding.drift.store_id,
            product_id: finding.drift.product_id,
        }
    }
}

/// What the nightly audit found: products whose books do not close, each with a proposal.
#[utoipa::path(
    get, path = "/v1/admin/stock/drifts", tag = "Stock", operation_id = "listStockDrifts",
    params(ListQuery),
    responses((status = 200, body = PageOf<StockDrift>)),
    security(("bearer" = []))
)]
pub async fn list_drifts(
    _admin: Current<Admin>,
    State(inventory): State<Inventory>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<StockDrift>>> {
    let list = "drifts";
    let page = inventory.drifts(query.limit()?, query.from(&signer, list)?).await?;
    Ok(Json(PageOf::of(page, &signer, list, StockDrift::from)))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confirmation {
    /// Why, for whoever reads the ledger.
    #[schema(min_length = 1, max_length = 200)]
    pub note: String,
}

/// Does what the audit proposes, and notes it in the ledger. The same `If-Match` again is the same repair, made once.
///
/// Nothing comes on sale by it: what the books say too much is written off, what can be bought too much is taken off sale. A
/// stock take then says what is really there.
#[utoipa::path(
    post, path = "/v1/admin/stock/drifts/{storeId}/{productId}/repair", tag = "Stock", operation_id = "repairStock",
    params(("storeId" = String, Path), ("productId" = String, Path), ("If-Match" = String, Header)),
    request_body = Confirmation,
    responses(
        (status = 201, body = StockMovement),
        (status = 404, body = ProblemBody, description = "the audit found nothing there"),
        (status = 409, body = ProblemBody, description = "`not_enough_stock`: orders hold what would be taken off sale; `too_far`"),
        (status = 412, body = ProblemBody, description = "`stale`: the audit has found something else since, or it was repaired"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn repair_stock(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    headers: HeaderMap,
    Body(confirmation): Body<Confirmation>,
) -> ApiResult<(StatusCode, Json<StockMovement>)> {
    let version = edit::version(&headers)?;
    check_text("/note", Some(&confirmation.note), 200)?;
    if confirmation.note.trim().is_empty() {
        return Err(Problem::invalid("/note", "must say why"));
    }
    let by = (admin.0.id(), confirmation.note.as_str());
    match inventory.repair((&store, &product), version, by, clock.now()).await? {
        Repaired::Done(entry) => {
            inventory.note_crossing(&store, &product).await?;
            Ok((StatusCode::CREATED, Json(StockMovement::from(*entry))))
        }
        Repaired::Stale => Err(edit::stale()),
        Repaired::Unknown => Err(Problem::not_found()),
        Repaired::NotEnough { left } => {
            Err(Problem::conflict("not_enough_stock", format!("only {left} are free; orders hold the others")))
        }
        Repaired::TooFar => Err(Problem::conflict("too_far", "no single entry closes these books")),
    }
}
