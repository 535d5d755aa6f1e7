use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use sipstr_domain::catalog::Listing;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public, QueryOf, etag};
use sipstr_runtime::Clock;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;

use super::list_products::CACHE;
use crate::view::ProductView;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InStore {
    /// The store whose price and stock are shown.
    pub store_id: StoreId,
}

/// A product at a store, with its description, price, and what is left of it.
#[utoipa::path(
    get, path = "/v1/products/{productId}", tag = "Catalogue", operation_id = "showProduct",
    params(("productId" = String, Path), InStore),
    responses(
        (status = 200, body = ProductView),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody, description = "not in this store's assortment"),
    )
)]
pub async fn show_product(
    _: Public,
    State(catalog): State<Catalog>,
    State(inventory): State<Inventory>,
    State(clock): State<Clock>,
    PathOf(product): PathOf<ProductId>,
    QueryOf(query): QueryOf<InStore>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let products = [product];
    let (listing, available) =
        tokio::join!(catalog.get(&query.store_id, &products[0]), inventory.available(&query.store_id, &products),);
    let listing = listing?.filter(Listing::is_shown).ok_or_else(Problem::not_found)?;
    let available = available?.get(&products[0]).copied().unwrap_or(0);
    Ok(etag::json(&headers, CACHE, &ProductView::in_full(listing, available, clock.now())))
}
