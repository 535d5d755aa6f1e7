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
use sipstr_storage::inventory::{Adjusted, Inventory};

use crate::begin;

/// Most units that one entry may add or take: a typing error should not become a warehouse.
const MOST: i32 = 10_000;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adjustment {
    pub product_id: ProductId,
    /// Units that came in (positive) or went (negative).
    #[schema(minimum = -10_000, maximum = 10_000)]
    pub change: i32,
    pub reason: AdjustmentReason,
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// What it goes by elsewhere, such as the number of a delivery note.
    #[schema(max_length = 64)]
    pub reference: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdjustmentMade {
    pub entry_id: LedgerEntryId,
}

impl Adjustment {
    fn check(&self) -> Result<(), Problem> {
        if self.change == 0 || self.change.abs() > MOST {
            return Err(Problem::invalid("/change", format!("must be -{MOST} to {MOST} and not 0")));
        }
        let Some(direction) = self.reason.by_hand() else {
            return Err(Problem::invalid("/reason", "is noted by what it is a part of, not by itself"));
        };
        if !direction.allows(self.change) {
            return Err(Problem::invalid("/change", "has the wrong sign for this reason"));
        }
        check_text("/note", self.note.as_deref(), 200)?;
        check_text("/reference", self.reference.as_deref(), 64)
    }
}

/// What people write for people: of this length at most, and on one line.
pub fn check_text(pointer: &'static str, text: Option<&str>, most: usize) -> Result<(), Problem> {
    let text = text.unwrap_or_default();
    if text.chars().count() > most || text.chars().any(char::is_control) {
        let detail = format!("must be at most {most} characters without control characters");
        return Err(Problem::invalid(pointer, detail));
    }
    Ok(())
}

/// Notes goods received, a count, or a loss: ledger entry, bucket and figures in one transaction.
///
/// The same `Idempotency-Key` makes the same entry, which is made once. What orders hold cannot be taken away: 409.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/stock/adjustments", tag = "Stock", operation_id = "adjustStock",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = Adjustment,
    responses(
        (status = 201, body = AdjustmentMade),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not sell"),
        (status = 409, body = ProblemBody, description = "`kit`: it has no stock of its own; `not_enough_stock`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn adjust_stock(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(catalog): State<Catalog>,
    State(clock): State<Clock>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(adjustment): Body<Adjustment>,
) -> ApiResult<(StatusCode, Json<AdjustmentMade>)> {
    staff.may(&store, Permission::AdjustStock)?;
    adjustment.check()?;
    let entry = LedgerEntry {
        id: LedgerEntryId::derive(&[store.as_str(), staff.0.id().as_str(), key.as_str()]),
        store_id: store,
        product_id: adjustment.product_id,
        change: adjustment.change,
        reason: adjustment.reason,
        note: adjustment.note,
        reference: adjustment.reference,
        counted: None,
        actor: staff.0.id().clone(),
        at: clock.now(),
    };
    let mut adjusted = inventory.adjust(&entry).await?;
    if adjusted == Adjusted::Unknown {
        begin::shelf((&catalog, &inventory), &entry.store_id, &entry.product_id).await?;
        adjusted = inventory.adjust(&entry).await?;
    }
    match adjusted {
        Adjusted::Done => {
            inventory.note_crossing(&entry.store_id, &entry.product_id).await?;
            Ok((StatusCode::CREATED, Json(AdjustmentMade { entry_id: entry.id })))
        }
        Adjusted::KeyReused => {
            Err(Problem::unprocessable("idempotency_key_reused", "this key was used for another adjustment"))
        }
        Adjusted::NotEnough { left } => {
            Err(Problem::conflict("not_enough_stock", format!("only {left} are free; orders hold the others")))
        }
        Adjusted::Unknown => Err(Problem::not_found()),
    }
}
