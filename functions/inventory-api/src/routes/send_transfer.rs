use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::{BadTransfer, Transfer, TransferLine, TransferState};
use sipstr_domain::{ProductId, StoreId, TransferId};
use sipstr_http::idempotency::key_reused;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PathOf, Problem, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::{Inventory, Sent};

use super::adjust_stock::check_text;
use super::transfers::TransferView;
use crate::begin;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferWanted {
    /// The store that is to have them.
    pub to: StoreId,
    /// Each product once.
    #[schema(min_items = 1, max_items = 16)]
    pub lines: Vec<LineWanted>,
    #[schema(max_length = 200)]
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineWanted {
    pub product_id: ProductId,
    #[schema(minimum = 1, maximum = 10_000)]
    pub quantity: u32,
}

/// Sends goods to another store: they leave this one's books now, and are incoming there until it says what came.
///
/// Whoever sends must be of both stores' staff: licences as a rule let goods go between stores of one house only. What orders
/// hold and what is held back from sale cannot be sent. The same `Idempotency-Key` is the same transfer.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/transfers", tag = "Stock", operation_id = "sendTransfer",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = TransferWanted,
    responses(
        (status = 201, body = TransferView),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "one of the stores is not yours"),
        (status = 409, body = ProblemBody, description = "`not_enough_stock`; `not_stocked` here; `not_offered` there; `kit`; `too_many_buckets`: send fewer products at once"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn send_transfer(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(catalog): State<Catalog>,
    State(clock): State<Clock>,
    PathOf(from): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(wanted): Body<TransferWanted>,
) -> ApiResult<(StatusCode, Json<TransferView>)> {
    staff.may(&from, Permission::AdjustStock)?;
    staff.may(&wanted.to, Permission::AdjustStock)?;
    check_text("/note", wanted.note.as_deref(), 200)?;
    let line = |line: LineWanted| TransferLine { product_id: line.product_id, sent: line.quantity, arrival: None };
    let transfer = Transfer {
        id: TransferId::derive(&[from.as_str(), staff.0.id().as_str(), key.as_str()]),
        version: 1,
        state: TransferState::Dispatched,
        from,
        to: wanted.to,
        lines: wanted.lines.into_iter().map(line).collect(),
        note: wanted.note,
        sent_by: staff.0.id().clone(),
        sent_at: clock.now(),
        closed: None,
    };
    Transfer::check(&transfer.from, &transfer.to, &transfer.lines).map_err(|bad| bad_transfer(&bad, "quantity"))?;
    // A shelf at a time: each that is missing is found by the next try.
    for _ in 0..=transfer.lines.len() {
        match inventory.dispatch(&transfer).await? {
            Sent::NoShelf { product_id } => shelf(&catalog, &inventory, &transfer.to, &product_id).await?,
            Sent::Done(transfer) => {
                for line in &transfer.lines {
                    inventory.note_crossing(&transfer.from, &line.product_id).await?;
                }
                return Ok((StatusCode::CREATED, Json(TransferView::from(*transfer))));
            }
            Sent::KeyReused => return Err(key_reused()),
            Sent::NotEnough { product_id, left } => {
                let detail = format!("only {left} of {product_id} can be sent; orders hold others, or the store does");
                return Err(Problem::conflict("not_enough_stock", detail));
            }
            Sent::Unknown { product_id } => {
                return Err(Problem::conflict("not_stocked", format!("there is no stock of {product_id} here")));
            }
            Sent::TooManyBuckets => {
                return Err(Problem::conflict("too_many_buckets", "send fewer of these products at once"));
            }
        }
    }
    Err(Problem::unavailable())
}

/// The receiving store's shelf for what it offers and never had.
async fn shelf(catalog: &Catalog, inventory: &Inventory, store: &StoreId, product: &ProductId) -> ApiResult<()> {
    begin::shelf((catalog, inventory), store, product).await.map_err(|problem| match problem.status {
        StatusCode::NOT_FOUND => {
            Problem::conflict("not_offered", format!("the receiving store does not offer {product}"))
        }
        _ => problem,
    })
}

/// Says where a transfer is wrong; `number` is the field of a line that says how many.
pub fn bad_transfer(bad: &BadTransfer, number: &str) -> Problem {
    let pointer = match bad {
        BadTransfer::ToItself => "/to".to_owned(),
        BadTransfer::Lines | BadTransfer::OtherProducts => "/lines".to_owned(),
        BadTransfer::Quantity { place } | BadTransfer::MoreThanSent { place } => format!("/lines/{place}/{number}"),
    };
    Problem::invalid(pointer, bad.to_string())
}
