use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PathOf, Problem, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::{Counted, Inventory};

use super::adjust_stock::check_text;
use crate::begin;

/// Most units of one product that a shelf can be said to hold.
const MOST: u32 = 100_000;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockTake {
    pub product_id: ProductId,
    /// Units in the store, those that orders hold included.
    #[schema(maximum = 100_000)]
    pub counted: u32,
    #[schema(max_length = 200)]
    pub note: Option<String>,
    #[schema(max_length = 64)]
    pub reference: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockTaken {
    pub entry_id: LedgerEntryId,
    pub counted: u32,
    /// What the books said at the moment of the entry.
    pub on_hand: i64,
    /// Counted less on hand: what the entry changed.
    pub difference: i32,
}

/// Notes a stock take: the difference to what the books say is on hand becomes one entry of the ledger, 0 included.
///
/// On hand is what is free and what orders hold. When the books move between reading and writing they are read again; the
/// same `Idempotency-Key` makes the same entry.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/stock/counts", tag = "Stock", operation_id = "countStock",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = StockTake,
    responses(
        (status = 201, body = StockTaken),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not sell"),
        (status = 409, body = ProblemBody, description = "`kit`: it has no stock of its own; `not_enough_stock`: orders hold more than was counted"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn count_stock(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(catalog): State<Catalog>,
    State(clock): State<Clock>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(take): Body<StockTake>,
) -> ApiResult<(StatusCode, Json<StockTaken>)> {
    staff.may(&store, Permission::AdjustStock)?;
    if take.counted > MOST {
        return Err(Problem::invalid("/counted", format!("must be at most {MOST}")));
    }
    check_text("/note", take.note.as_deref(), 200)?;
    check_text("/reference", take.reference.as_deref(), 64)?;
    let entry = LedgerEntry {
        id: LedgerEntryId::derive(&["count", store.as_str(), staff.0.id().as_str(), key.as_str()]),
        store_id: store,
        product_id: take.product_id,
        change: 0,
        reason: AdjustmentReason::Counted,
        note: take.note,
        reference: take.reference,
        counted: None,
        lot: None,
        actor: staff.0.id().clone(),
        at: clock.now(),
    };
    let mut counted = inventory.count(&entry, take.counted).await?;
    if counted == Counted::Unknown {
        begin::shelf((&catalog, &inventory), &entry.store_id, &entry.product_id).await?;
        counted = inventory.count(&entry, take.counted).await?;
    }
    match counted {
        Counted::Done(made) if made.product_id == entry.product_id && made.counted == Some(take.counted) => {
            inventory.note_crossing(&entry.store_id, &entry.product_id).await?;
            let on_hand = i64::from(take.counted) - i64::from(made.change);
            let (entry_id, difference) = (made.id, made.change);
            Ok((StatusCode::CREATED, Json(StockTaken { entry_id, counted: take.counted, on_hand, difference })))
        }
        Counted::Done(_) => {
            Err(Problem::unprocessable("idempotency_key_reused", "this key was used for another count"))
        }
        Counted::NotEnough { left } => {
            Err(Problem::conflict("not_enough_stock", format!("only {left} are free; orders hold the others")))
        }
        Counted::Unknown => Err(Problem::not_found()),
    }
}
