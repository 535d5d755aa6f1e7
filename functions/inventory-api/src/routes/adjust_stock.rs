use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::lot::{LotNamed, LotNumber, LotRefusal, check_best_before};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PathOf, Problem, StoreStaff};
use sipstr_storage::inventory::Adjusted;

use super::correct_lot::too_many_lots;
use crate::begin;

/// Most units that one entry may add or take: a typing error should not become a warehouse.
const MOST: u32 = 10_000;

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
    /// The lot that came in, or that this is a loss of. A loss that names none is of the lot that ends first.
    pub lot: Option<LotOfAdjustment>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LotOfAdjustment {
    pub number: LotNumber,
    /// The last day on which it is good; said by goods that come in, and only by them. What has ended is not taken in.
    #[schema(value_type = Option<String>, format = Date)]
    pub best_before: Option<Date>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdjustmentMade {
    pub entry_id: LedgerEntryId,
}

impl Adjustment {
    fn check(&self) -> Result<(), Problem> {
        if self.change == 0 || self.change.unsigned_abs() > MOST {
            return Err(Problem::invalid("/change", format!("must be -{MOST} to {MOST} and not 0")));
        }
        let adds = self.reason == AdjustmentReason::Received;
        let Some(direction) = self.reason.by_hand() else {
            return Err(Problem::invalid("/reason", "is noted by what it is a part of, not by itself"));
        };
        if !direction.allows(self.change) {
            return Err(Problem::invalid("/change", "has the wrong sign for this reason"));
        }
        check_text("/note", self.note.as_deref(), 200)?;
        check_text("/reference", self.reference.as_deref(), 64)?;
        match &self.lot {
            Some(lot) if adds && lot.best_before.is_none() => {
                Err(Problem::invalid("/lot/bestBefore", "must be said of goods that come in"))
            }
            Some(lot) if !adds && lot.best_before.is_some() => {
                Err(Problem::invalid("/lot/bestBefore", "is said by goods that come in only"))
            }
            Some(_) if !adds && self.change > 0 => {
                Err(Problem::invalid("/lot", "is named by goods that come in, and by what is missing"))
            }
            _ => Ok(()),
        }
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
        (status = 409, body = ProblemBody, description = "`kit`: it has no stock of its own; `not_enough_stock`; of a lot: `lot_date_differs`, `unknown_lot`, `not_enough_in_lot`, `too_many_lots`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn adjust_stock(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(adjustment): Body<Adjustment>,
) -> ApiResult<(StatusCode, Json<AdjustmentMade>)> {
    staff.may(&store, Permission::AdjustStock)?;
    adjustment.check()?;
    let crate::State { inventory, catalog, stores, clock, .. } = &state;
    if let Some(date) = adjustment.lot.as_ref().and_then(|lot| lot.best_before) {
        let today = begin::today(stores, &store, clock.now()).await?;
        check_best_before(date, today).map_err(|bad| Problem::invalid("/lot/bestBefore", bad.to_string()))?;
    }
    let entry = LedgerEntry {
        id: LedgerEntryId::derive(&[store.as_str(), staff.0.id().as_str(), key.as_str()]),
        store_id: store,
        product_id: adjustment.product_id,
        change: adjustment.change,
        reason: adjustment.reason,
        note: adjustment.note,
        reference: adjustment.reference,
        counted: None,
        lot: adjustment.lot.map(|lot| LotNamed { number: lot.number, best_before: lot.best_before }),
        actor: staff.0.id().clone(),
        at: clock.now(),
    };
    let mut adjusted = inventory.adjust(&entry).await?;
    if adjusted == Adjusted::Unknown {
        begin::shelf((catalog, inventory), &entry.store_id, &entry.product_id).await?;
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
        Adjusted::Lot(refused) => Err(lot_refused(&refused)),
        Adjusted::Unknown => Err(Problem::not_found()),
    }
}

fn lot_refused(refused: &LotRefusal) -> Problem {
    match refused {
        LotRefusal::Unknown => Problem::conflict("unknown_lot", "the product has no lot of this number"),
        LotRefusal::OtherDate(date) => {
            Problem::conflict("lot_date_differs", format!("this lot came in with best before {date}; correct it first"))
        }
        LotRefusal::NotEnough { left } => {
            Problem::conflict("not_enough_in_lot", format!("only {left} are left of this lot"))
        }
        LotRefusal::TooMany => too_many_lots(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn accepted(change: Value, reason: &str, lot: Value) -> bool {
        let body = json!({"productId": ProductId::new(), "change": change, "reason": reason, "lot": lot});
        serde_json::from_value::<Adjustment>(body).is_ok_and(|adjustment| adjustment.check().is_ok())
    }

    #[test]
    fn goods_say_when_their_lot_ends_and_a_loss_only_which_it_was() {
        let (dated, named) = (json!({"number": "L2640-B", "bestBefore": "2027-03-31"}), json!({"number": "L2640-B"}));
        assert!(accepted(json!(24), "received", dated.clone()));
        assert!(accepted(json!(24), "received", Value::Null));
        assert!(accepted(json!(-1), "damaged", named.clone()) && accepted(json!(-1), "counted", named.clone()));
        assert!(!accepted(json!(24), "received", named.clone()));
        assert!(!accepted(json!(-1), "expired", dated.clone()));
        assert!(!accepted(json!(1), "counted", named) && !accepted(json!(1), "counted", dated));
    }

    #[test]
    fn numbers_dates_and_quantities_that_are_none_are_refused() {
        let dated = |number: &str, day: &str| json!({"number": number, "bestBefore": day});
        for number in ["", "two words", "123456789012345678901", "Grün", "a#b"] {
            assert!(!accepted(json!(1), "received", dated(number, "2027-03-31")), "{number}");
        }
        for day in ["2027-02-30", "31.03.2027", "", "soon"] {
            assert!(!accepted(json!(1), "received", dated("A", day)), "{day}");
        }
        for change in [json!(0), json!(1.5), json!(10_001), json!(i32::MIN), json!(4_294_967_296_u64), json!("1")] {
            let reason = if change == json!(i32::MIN) { "damaged" } else { "received" };
            let lot = if reason == "damaged" { json!({"number": "A"}) } else { dated("A", "2027-03-31") };
            assert!(!accepted(change.clone(), reason, lot), "{change}");
        }
    }
}
