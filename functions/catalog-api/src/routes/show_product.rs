use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Public, QueryOf, etag};

use super::list_products::CACHE;
use crate::language::Reader;
use crate::left::Left;
use crate::unknown::not_found;
use crate::view::ProductView;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InStore {
    /// The store whose price and stock are shown.
    pub store_id: StoreId,
}

/// A product at a store, with its description and attributes, price, and what is left of it.
#[utoipa::path(
    get, path = "/v1/products/{productId}", tag = "Catalogue", operation_id = "showProduct",
    params(("productId" = String, Path), InStore, ("Accept-Language" = Option<String>, Header)),
    responses(
        (status = 200, body = ProductView),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody, description = "not in this store's assortment"),
    )
)]
pub async fn show_product(
    _: Public,
    State(state): State<crate::State>,
    PathOf(product): PathOf<ProductId>,
    QueryOf(query): QueryOf<InStore>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let (products, now) = ([product], state.clock.now());
    if state.unknown.has(&query.store_id, &products[0], now) {
        return Err(not_found());
    }
    let (listing, record, left) = tokio::join!(
        state.catalog.get(&query.store_id, &products[0]),
        state.products.get(&products[0]),
        Left::of(&state.inventory, &query.store_id, &products),
    );
    let listing = [listing?.ok_or_else(|| state.unknown.note(&query.store_id, &products[0], now))?];
    let left = left?.and_parts(&state.inventory, &query.store_id, &listing).await?;
    let [listing] = listing;
    let available = left.of_listing(&listing);
    Ok(reader.answer(etag::json(&headers, CACHE, &ProductView::in_full(listing, record?, available, &reader, now))))
}
