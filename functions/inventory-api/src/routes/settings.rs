use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sipstr_domain::permission::Permission;
use sipstr_domain::stock::{Caps, Level, StockSettings};
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff, edit};
use sipstr_runtime::Clock;
use sipstr_storage::inventory::{Inventory, Set};

/// How a product's stock is sold.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsWanted {
    /// The store is told once when so many or fewer can be sold.
    #[schema(maximum = 10_000)]
    pub threshold: u32,
    /// Units that are held back from sale. What is free now is held back at once, and what comes in fills the rest.
    #[schema(maximum = 10_000)]
    pub safety_stock: u32,
    /// Most that one order may have.
    #[schema(minimum = 1, maximum = 10_000)]
    pub per_order: Option<u32>,
    /// Most that one customer may order within one day of the store, from midnight to midnight of its time zone. Orders are counted
    /// while there is such a cap, and no longer when they came to nothing.
    #[schema(minimum = 1, maximum = 10_000)]
    pub per_day: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsOf {
    pub product_id: ProductId,
    /// Named by an edit: `If-Match: "3"`; 0 where nobody changed them yet.
    pub version: u64,
    pub threshold: u32,
    pub safety_stock: u32,
    /// How many of the safety stock are there.
    pub held_back: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_order: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
}

impl From<Level> for SettingsOf {
    fn from(level: Level) -> Self {
        Self {
            version: level.settings_version,
            threshold: level.threshold,
            safety_stock: level.safety_stock,
            held_back: level.held_back,
            per_order: level.caps.per_order,
            per_day: level.caps.per_day,
            product_id: level.product_id,
        }
    }
}

/// How a product's stock is sold, and the version that an edit names.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/stock/{productId}/settings", tag = "Stock", operation_id = "showStockSettings",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    responses(
        (status = 200, body = SettingsOf),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
    ),
    security(("bearer" = []))
)]
pub async fn show_settings(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::SeeStock)?;
    let level = inventory.level(&store, &product).await?.ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, level.settings_version, SettingsOf::from(level)))
}

/// Says anew how a product's stock is sold: when it is low, what is held back, and how much one order, and one customer in a day, may have.
///
/// What is held back leaves the buckets that orders take from, and comes back into them, in the transaction that says so.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/stock/{productId}/settings", tag = "Stock", operation_id = "putStockSettings",
    params(("storeId" = String, Path), ("productId" = String, Path), ("If-Match" = String, Header)),
    request_body = SettingsWanted,
    responses(
        (status = 200, body = SettingsOf),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or a product it does not stock"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_settings(
    Current(staff): Current<StoreStaff>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    headers: HeaderMap,
    Body(wanted): Body<SettingsWanted>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::AdjustStock)?;
    let settings = StockSettings {
        threshold: wanted.threshold,
        safety_stock: wanted.safety_stock,
        caps: Caps { per_order: wanted.per_order, per_day: wanted.per_day },
    };
    settings.check().map_err(|bad| Problem::invalid(format!("/{}", bad.field), bad.detail))?;
    let before = inventory.level(&store, &product).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.settings_version)?;
    match inventory.set((&store, &product), &settings, before.settings_version, clock.now()).await? {
        Set::Done(level) => {
            inventory.note_crossing(&store, &product).await?;
            tracing::info!(%store, %product, by = %staff.0.id(), "how stock is sold was changed");
            Ok(edit::answer(StatusCode::OK, level.settings_version, SettingsOf::from(*level)))
        }
        Set::Stale => Err(edit::stale()),
        Set::Unknown => Err(Problem::not_found()),
    }
}
