use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::{Came, Closing, Transfer, TransferState};
use sipstr_domain::{ProductId, StoreId, TransferId};
use sipstr_http::idempotency::key_reused;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PathOf, Problem, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::{Ended, Inventory};

use super::send_transfer::bad_transfer;
use super::transfers::TransferView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatCame {
    /// Every product of the transfer, once.
    pub lines: Vec<CameLine>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CameLine {
    pub product_id: ProductId,
    /// Units that came whole. What neither came nor was damaged is lost.
    pub received: u32,
    #[serde(default)]
    pub damaged: u32,
}

/// Takes in what another store sent. What came goes on sale, what is missing or broken is written off: nothing stays on its way.
///
/// The same `Idempotency-Key` and body is the same request.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/transfers/{transferId}/receipt", tag = "Stock", operation_id = "receiveTransfer",
    params(("storeId" = String, Path), ("transferId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = WhatCame,
    responses(
        (status = 200, body = TransferView),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or nothing that was sent to it"),
        (status = 409, body = ProblemBody, description = "`transfer_over`: it was taken in or brought back before"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn receive_transfer(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf((store, id)): PathOf<(StoreId, TransferId)>,
    key: IdempotencyKey,
    Body(what): Body<WhatCame>,
) -> ApiResult<Json<TransferView>> {
    staff.may(&store, Permission::AdjustStock)?;
    let before = inventory.transfer(&id).await?.filter(|transfer| transfer.to == store);
    let before = before.ok_or_else(Problem::not_found)?;
    let came = |line: CameLine| Came { product_id: line.product_id, received: line.received, damaged: line.damaged };
    let came: Vec<Came> = what.lines.into_iter().map(came).collect();
    let after = before.received(&came, closing(&staff, &clock, &key)).map_err(|bad| bad_transfer(&bad, "received"))?;
    end(&inventory, &before, &after).await
}

/// Brings back what was sent and not yet taken in: it is on sale here again.
///
/// The same `Idempotency-Key` is the same request.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/transfers/{transferId}/cancellation", tag = "Stock", operation_id = "cancelTransfer",
    params(("storeId" = String, Path), ("transferId" = String, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 200, body = TransferView),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or nothing that it sent"),
        (status = 409, body = ProblemBody, description = "`transfer_over`: it was taken in or brought back before"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn cancel_transfer(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf((store, id)): PathOf<(StoreId, TransferId)>,
    key: IdempotencyKey,
) -> ApiResult<Json<TransferView>> {
    staff.may(&store, Permission::AdjustStock)?;
    let before = inventory.transfer(&id).await?.filter(|transfer| transfer.from == store);
    let before = before.ok_or_else(Problem::not_found)?;
    let after = before.cancelled(closing(&staff, &clock, &key));
    end(&inventory, &before, &after).await
}

fn closing(staff: &StoreStaff, clock: &Clock, key: &IdempotencyKey) -> Closing {
    let by = staff.0.id().clone();
    Closing { request: format!("{by}:{}", key.as_str()), by, at: clock.now() }
}

async fn end(inventory: &Inventory, before: &Transfer, after: &Transfer) -> ApiResult<Json<TransferView>> {
    match inventory.end_transfer(before, after).await? {
        Ended::Done(transfer) => {
            let home = if transfer.state == TransferState::Cancelled { &transfer.from } else { &transfer.to };
            for line in &transfer.lines {
                inventory.note_crossing(home, &line.product_id).await?;
            }
            Ok(Json(TransferView::from(*transfer)))
        }
        Ended::Over(_) => Err(Problem::conflict("transfer_over", "it was taken in or brought back before")),
        Ended::KeyReused => Err(key_reused()),
    }
}
