use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use serde::Deserialize;
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::MOST_HELD_BACK;
use sipstr_domain::stock::lot::{MOST_LOTS, check_best_before};
use sipstr_domain::{LotId, ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff, edit};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::{Corrected, Inventory};
use sipstr_storage::stores::Stores;

use super::lots::LotView;
use crate::begin::today;

/// A lot as somebody who looked says it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LotCorrection {
    #[schema(value_type = String, format = Date)]
    pub best_before: Date,
    /// What stands on the shelf of it. This changes no stock: bottles that are missing or too many are counted or adjusted.
    #[schema(maximum = 10_000)]
    pub remaining: u32,
}

/// Corrects when a lot ends, or what is left of it.
///
/// Stock stays as it is: what a lot loses is without a lot. It is raised to what is on hand and neither of other lots nor held by orders,
/// which a courier may have already, and no further. Of another date the store is told anew, also of one that is over.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/stock/{productId}/lots/{lotId}", tag = "Stock", operation_id = "correctLot",
    params(
        ("storeId" = String, Path), ("productId" = String, Path), ("lotId" = String, Path), ("If-Match" = String, Header),
    ),
    request_body = LotCorrection,
    responses(
        (status = 200, body = LotView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or a lot that it does not have"),
        (status = 409, body = ProblemBody, description = "`more_than_on_hand`, `too_many_lots`"),
        (status = 412, body = ProblemBody, description = "`stale`: also where something of it left the shelf meanwhile"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn correct_lot(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(stores): State<Stores>,
    State(clock): State<Clock>,
    PathOf((store, product, id)): PathOf<(StoreId, ProductId, LotId)>,
    headers: HeaderMap,
    Body(wanted): Body<LotCorrection>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::AdjustStock)?;
    if wanted.remaining > MOST_HELD_BACK {
        return Err(Problem::invalid("/remaining", "must be at most 10,000"));
    }
    let place = (&store, &product);
    let today = today(&stores, &store, clock.now()).await?;
    // That something has ended may be just what was wrong.
    check_best_before(wanted.best_before.max(today), today)
        .map_err(|bad| Problem::invalid("/bestBefore", bad.to_string()))?;
    let lots = inventory.lots(place).await?;
    let before = lots.iter().find(|lot| lot.id == id).ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.version)?;
    let wanted = (wanted.best_before, wanted.remaining);
    match inventory.correct_lot(place, (&id, before.version), wanted, clock.now()).await? {
        Corrected::Done(lot) => {
            tracing::info!(%store, %product, lot = %id, by = %staff.0.id(), "a lot was corrected");
            Ok(edit::answer(StatusCode::OK, lot.version, LotView::of(*lot, today)))
        }
        Corrected::Stale => Err(edit::stale()),
        Corrected::Unknown => Err(Problem::not_found()),
        Corrected::MoreThanOnHand { most } => Err(Problem::conflict(
            "more_than_on_hand",
            format!("at most {most} can be of it: the others are of other lots, or held by orders"),
        )),
        Corrected::TooMany => Err(too_many_lots()),
    }
}

pub fn too_many_lots() -> Problem {
    let detail = format!("{MOST_LOTS} lots of it have something in them; correct those that are used up");
    Problem::conflict("too_many_lots", detail)
}
