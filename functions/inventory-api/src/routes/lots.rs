use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::lot::{Left, Lot, LotNumber, LotTake, attribute, in_order, without_lot};
use sipstr_domain::{LotId, ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, QueryOf, StoreStaff};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::stores::Stores;

use crate::begin::today;

/// What is left of goods that came in together and end on one day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotView {
    pub id: LotId,
    pub number: LotNumber,
    /// The last day on which it is as good as the maker says.
    #[schema(value_type = String, format = Date)]
    pub best_before: Date,
    /// Whether that day is over where the store is.
    pub ended: bool,
    /// What deliveries brought of it.
    pub received: u32,
    pub remaining: u32,
    /// When the first of it came.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
}

impl LotView {
    pub fn of(lot: Lot, today: Date) -> Self {
        Self {
            ended: lot.has_ended(today),
            id: lot.id,
            number: lot.number,
            best_before: lot.best_before,
            received: lot.received,
            remaining: lot.remaining,
            since: lot.since,
            version: lot.version,
        }
    }
}

/// The lots of a product on the shelf.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShelfLots {
    /// Those of which something is left, in the order in which to pick: the one that ends first comes first, and what has ended last.
    pub lots: Vec<LotView>,
    /// What is on hand and of no lot that is known.
    pub without_lot: i64,
    /// On the shelf, reserved ones and those held back included.
    pub on_hand: i64,
}

/// The lots of a product, in the order in which to pick them.
///
/// What a courier took and what was lost is attributed to the lot that ends first, within seconds. More than lots hold was without one.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/stock/{productId}/lots", tag = "Stock", operation_id = "listLots",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    responses(
        (status = 200, body = ShelfLots),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
    ),
    security(("bearer" = []))
)]
pub async fn list_lots(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(stores): State<Stores>,
    State(clock): State<Clock>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
) -> ApiResult<Json<ShelfLots>> {
    staff.may(&store, Permission::SeeStock)?;
    let level = inventory.level(&store, &product).await?.ok_or_else(Problem::not_found)?;
    let today = today(&stores, &store, clock.now()).await?;
    let lots = in_order(inventory.lots((&store, &product)).await?, Left::Sold(today));
    Ok(Json(ShelfLots {
        without_lot: without_lot(level.on_hand(), &lots),
        on_hand: level.on_hand(),
        lots: lots.into_iter().map(|lot| LotView::of(lot, today)).collect(),
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ToPick {
    /// How many are to be picked.
    #[param(minimum = 1, maximum = 10_000)]
    pub quantity: u32,
}

/// From which lots to pick so many.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Picks {
    /// One after the other.
    pub picks: Vec<Pick>,
    /// So many that no lot holds: whatever stands on the shelf.
    pub without_lot: u32,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pick {
    pub quantity: u32,
    pub lot: LotView,
}

/// Says from which lots to pick so many of a product: from the one that ends first, and from what has ended only when nothing else is left.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/stock/{productId}/lots/picks", tag = "Stock", operation_id = "pickLots",
    params(("storeId" = String, Path), ("productId" = String, Path), ToPick),
    responses(
        (status = 200, body = Picks),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
    ),
    security(("bearer" = []))
)]
pub async fn pick_lots(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(stores): State<Stores>,
    State(clock): State<Clock>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    QueryOf(wanted): QueryOf<ToPick>,
) -> ApiResult<Json<Picks>> {
    staff.may(&store, Permission::SeeStock)?;
    if !(1..=10_000).contains(&wanted.quantity) {
        return Err(Problem::invalid("/quantity", "must be 1 to 10,000"));
    }
    inventory.level(&store, &product).await?.ok_or_else(Problem::not_found)?;
    let today = today(&stores, &store, clock.now()).await?;
    let lots = inventory.lots((&store, &product)).await?;
    let attribution = attribute(&lots, wanted.quantity, Left::Sold(today));
    let pick = |take: LotTake| {
        let lot = lots.iter().find(|lot| lot.id == take.lot)?.clone();
        Some(Pick { quantity: take.quantity, lot: LotView::of(lot, today) })
    };
    let picks = attribution.takes.into_iter().filter_map(pick).collect();
    Ok(Json(Picks { picks, without_lot: attribution.without }))
}
